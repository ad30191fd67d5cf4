//! Arguments of a command that are laid out when that command is asked for: all of them together take longer than most answers.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// The arguments of one command. Those of a command that has commands of its own are not for it: `help` lists these, too.
#[derive(Debug)]
pub(super) struct WhenAsked<T>(pub(super) T);

/// A command with its arguments, which have words of their own on what they are about.
fn laid_out(command: Command, augment: fn(Command) -> Command) -> Command {
    let about = command.get_about().cloned();
    let command = augment(command);
    match about {
        Some(about) => command.about(about).long_about(None),
        None => command,
    }
}

impl<T: Args> Args for WhenAsked<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| laid_out(command, T::augment_args))
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.defer(|command| laid_out(command, T::augment_args_for_update))
    }
}

impl<T: FromArgMatches> FromArgMatches for WhenAsked<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(WhenAsked)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
