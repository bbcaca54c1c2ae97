use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;

/// Something of every sort that messages and records are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Sort {
    Plain,
    Empty {},
    Wrapped(Box<Inner>),
    Pair(u64, String),
    Named {
        truth: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maybe: Option<i64>,
        list: Vec<Sort>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    number: u32,
    text: Option<String>,
    keyed: BTreeMap<Word, u64>,
    pair: (u8, f64),
    nothing: (),
    wrapped: Wrapper,
    either: Either,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    One,
    Two,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapper(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Flat {
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    },
}

fn inner() -> impl Strategy<Value = Inner> {
    let keyed = prop::collection::btree_map(
        prop_oneof![Just(Word::One), Just(Word::Two)],
        any::<u64>(),
        0..3,
    );
    let either = prop_oneof![
        any::<i64>().prop_map(Either::Number),
        prop::collection::btree_map(".{0,3}", any::<bool>(), 0..3)
            .prop_map(|rest| Either::Flat { rest }),
    ];
    let text = prop::option::of(".{0,8}");
    // What a float says in decimal digits, without rounding.
    let float = any::<i32>().prop_map(|eighths| f64::from(eighths) / 8.0);
    (
        any::<u32>(),
        text,
        keyed,
        any::<u8>(),
        float,
        ".{0,8}",
        either,
    )
        .prop_map(
            |(number, text, keyed, byte, float, wrapped, either)| Inner {
                number,
                text,
                keyed,
                pair: (byte, float),
                nothing: (),
                wrapped: Wrapper(wrapped),
                either,
            },
        )
}

fn sort() -> impl Strategy<Value = Sort> {
    let leaf = prop_oneof![
        Just(Sort::Plain),
        Just(Sort::Empty {}),
        inner().prop_map(|inner| Sort::Wrapped(Box::new(inner))),
        (any::<u64>(), ".{0,8}").prop_map(|(number, text)| Sort::Pair(number, text)),
    ];
    leaf.prop_recursive(3, 12, 3, |below| {
        (
            any::<bool>(),
            any::<Option<i64>>(),
            prop::collection::vec(below, 0..3),
        )
            .prop_map(|(truth, maybe, list)| Sort::Named { truth, maybe, list })
    })
}

/// What serde's own reader makes of it.
fn native<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn ours<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    read(text.as_bytes()).ok()
}

proptest! {
    #[test]
    fn what_is_written_is_read(sort in sort()) {
        let text = serde_json::to_string(&sort).unwrap();
        prop_assert_eq!(ours(&text), native::<Sort>(&text));
        prop_assert_eq!(ours::<Sort>(&text), Some(sort));
    }

    #[test]
    fn both_refuse_the_same_texts(sort in sort(), at in any::<prop::sample::Index>(), by in "[\\[\\]{}\",:0-9a-z ]") {
        // One character is another one: hardly ever still JSON of the same type.
        let mut text: Vec<char> = serde_json::to_string(&sort).unwrap().chars().collect();
        let at = at.index(text.len());
        text[at] = by.chars().next().unwrap();
        let text: String = text.into_iter().collect();
        prop_assert_eq!(ours::<Sort>(&text), native::<Sort>(&text));
    }
}

#[test]
fn unknown_double_and_missing_members_are_refused() {
    let right = json!({ "named": { "truth": true, "list": ["plain"] } }).to_string();
    assert!(ours::<Sort>(&right).is_some());
    for wrong in [
        r#"{"named":{"truth":true,"list":[],"other":1}}"#,
        r#"{"named":{"truth":true,"truth":true,"list":[]}}"#,
        r#"{"named":{"truth":true}}"#,
        r#"{"named":{"truth":1,"list":[]}}"#,
        r#"{"named":{"truth":true,"list":[]},"plain":null}"#,
        r#"{"pair":[1,"a",2]}"#,
        r#"{"pair":[1]}"#,
        r#"{"plain":1}"#,
        r#""named""#,
        r#""unknown""#,
        "{}",
        r#""plain" 1"#,
        "",
    ] {
        assert_eq!(ours::<Sort>(wrong), None, "{wrong}");
        assert_eq!(native::<Sort>(wrong), None, "{wrong}");
    }
}

#[test]
fn a_list_is_no_record() {
    let list = r#"{"named":[true,null,[]]}"#;
    assert!(native::<Sort>(list).is_some());
    assert_eq!(ours::<Sort>(list), None);
}

#[test]
fn values_keep_their_numbers_and_the_order_of_members() {
    let text =
        r#"{"z":18446744073709551615,"a":-9223372036854775808,"m":[1.5,null,true,"\u00e4"]}"#;
    let value: Value = ours(text).unwrap();
    assert_eq!(Some(&value), native(text).as_ref());
    assert_eq!(value.to_string(), text.replace("\\u00e4", "ä"));
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(ours::<Value>(&deep).is_none());
}
