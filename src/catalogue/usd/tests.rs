use genai_prices::UsageKey;
use jiff::Timestamp;

use super::*;

/// A fixed sequence of numbers below `limit`, so that a failure repeats.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn the_embedded_files_are_the_crates_data() {
    for shelf in &SHELVES {
        let ours = shelf.decoded();
        let theirs = Calculator::bundled().find_provider(Some(shelf.id), None).unwrap().unwrap();
        assert_eq!(theirs.id(), shelf.id);
        let mut count = 0;
        for (ours, theirs) in ours.iter().zip(theirs.models()) {
            assert_eq!(
                (ours.id, ours.name.as_deref(), ours.context_window),
                (theirs.id(), theirs.name(), theirs.context_window()),
                "update with scripts/update-prices.py"
            );
            count += 1;
        }
        assert_eq!((ours.len(), theirs.models().count()), (count, count), "{}", shelf.id);
    }
}

#[test]
fn costs_equal_the_crates_own() {
    let mut draw = Draw(1);
    for shelf in &SHELVES {
        for model in shelf.models(|_, _| true) {
            let price = model.price.unwrap();
            for _ in 0..6 {
                // 2024-01-01 to 2027-12-31.
                let second = 1_704_067_200 + draw.below(4 * 365 * 86_400) as i64;
                let time = Timestamp::from_second(second).unwrap();
                let scale = [100, 10_000, 400_000][draw.below(3) as usize];
                let [input, read, write_5m, mut write_1h, output] = [0; 5].map(|_| draw.below(scale));
                let sheet = price.at(time);
                if sheet.base().one_hour_is_assumed() {
                    write_1h = 0;
                }
                let prompt = input + read + write_5m + write_1h;
                let billed = sheet.rates(prompt).billed();
                let ours = billed.input.times(input)
                    + billed.cache_read.times(read)
                    + billed.cache_write_5m.times(write_5m)
                    + billed.cache_write_1h.times(write_1h)
                    + billed.output.times(output);
                let usage = Usage::from([
                    (UsageKey::INPUT_TOKENS, prompt as f64),
                    (UsageKey::CACHE_READ_TOKENS, read as f64),
                    (UsageKey::CACHE_WRITE_TOKENS, (write_5m + write_1h) as f64),
                    (UsageKey::CACHE_WRITE_1H_TOKENS, write_1h as f64),
                    (UsageKey::OUTPUT_TOKENS, output as f64),
                ]);
                let request = PriceRequest::new(model.id, &usage)
                    .with_provider_id(shelf.id)
                    .with_timestamp(std::time::SystemTime::from(time));
                let Ok(theirs) = Calculator::bundled().calculate(&request) else { continue };
                if theirs.model_id != model.id {
                    continue;
                }
                let ours = ours.pico() as f64 / 1e12;
                // Half of our smallest rate step a token: one row has a price of 1/12.
                let tolerance = 1e-9 * theirs.total_price + 0.5e-12 * (prompt + output) as f64;
                assert!(
                    (ours - theirs.total_price).abs() <= tolerance,
                    "{}/{} {time} {ours} {}",
                    shelf.id,
                    model.id,
                    theirs.total_price
                );
            }
        }
    }
}

#[test]
fn every_id_of_the_data_finds_a_model() {
    for shelf in &SHELVES {
        for model in shelf.decoded() {
            let found = shelf.find(model.id);
            // An earlier rule may take the id, as it does in the crate.
            assert!(found.is_some() || !priced_by_crate(shelf.id, model.id), "{}/{}", shelf.id, model.id);
        }
    }
}

fn priced_by_crate(provider: &str, id: &str) -> bool {
    let usage = Usage::new();
    Calculator::bundled().calculate(&PriceRequest::new(id, &usage).with_provider_id(provider)).is_ok()
}

#[test]
fn an_id_that_its_own_rule_spells_out_means_itself() {
    let mut spelled_out = 0;
    for shelf in &SHELVES {
        for model in shelf.decoded().iter().filter(|model| model.names_itself()) {
            assert_eq!(shelf.matched(model.id).as_deref(), Some(model.id), "{}", shelf.id);
            spelled_out += 1;
        }
    }
    assert!(spelled_out > 400, "{spelled_out}");
}

/// Ids of the data, and others that are like them.
#[test]
fn comparing_texts_finds_what_the_crate_finds() {
    let mut asked = 0;
    for shelf in &SHELVES {
        for model in shelf.decoded().iter().step_by(shelf.decoded().len() / 60 + 1) {
            let id = model.id;
            let cut = id.char_indices().nth(id.len() * 2 / 3).map_or(0, |(at, _)| at);
            let alike = [
                id.to_owned(),
                id.to_uppercase(),
                id[..cut].to_owned(),
                id[cut..].to_owned(),
                format!("{id}-latest"),
                format!("{id}-20251001"),
                format!("{id}-2025-10-01"),
                format!("{id}@20251001"),
                format!("{id}:free"),
                format!("eu.{id}-v1:0"),
                id.replace('-', "."),
                id.replace(['4', '5'], "9"),
            ];
            for id in alike {
                assert_eq!(shelf.matched(&id), shelf.calculated(&id), "{}/{id}", shelf.id);
                asked += 1;
            }
        }
    }
    assert!(asked > 5_000, "{asked}");
}
