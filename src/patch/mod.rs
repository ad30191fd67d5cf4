//! Ways to show a change: a unified diff and shell commands, neither of which gives a secret away.
