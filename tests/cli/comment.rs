//! `scripts/comment.sh` puts a report on a pull request, once, and replaces it from then on: tried with the real curl and
//! jq against a server that answers as GitHub, GitLab and Forgejo do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::bare;
use super::common::{Desk, repository};

/// What was asked, and the comments there are.
#[derive(Default)]
struct Forge {
    asked: Vec<String>,
    tokens: Vec<String>,
    comments: Vec<Value>,
}

/// A forge on loopback; requests are answered one after the other until the test ends.
fn forge(comments: Vec<Value>) -> (String, Arc<Mutex<Forge>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let forge = Arc::new(Mutex::new(Forge { comments, ..Forge::default() }));
    let shared = Arc::clone(&forge);
    std::thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap(), &shared)));
    (address, forge)
}

fn answer(mut stream: TcpStream, forge: &Mutex<Forge>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" | "private-token" => token = value.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let [method, target, _] = first.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{first}") };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut forge = forge.lock().unwrap();
    forge.asked.push(format!("{method} {path}"));
    forge.tokens.push(token);
    let sent = || serde_json::from_slice::<Value>(&body).unwrap()["body"].clone();
    let answer = match method {
        "GET" if path == "/user" => json!({ "id": 5 }),
        "GET" if query.ends_with("page=1") => json!(forge.comments),
        "GET" => json!([]),
        "POST" => {
            let comment = json!({ "id": 100 + forge.comments.len(), "body": sent(), "user": { "type": "Bot" }, "author": { "id": 5 } });
            forge.comments.push(comment.clone());
            comment
        }
        _ => {
            let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
            let comment = forge.comments.iter_mut().find(|comment| comment["id"] == id).unwrap();
            comment["body"] = sent();
            comment.clone()
        }
    };
    let text = answer.to_string();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}", text.len()).unwrap();
}

#[test]
fn a_report_is_posted_once_and_then_replaced() {
    let theirs = json!({ "id": 3, "user": { "type": "User" }, "author": { "id": 1 }, "body": "<!-- clawbeat report -->\nnot ours" });
    let other = json!({ "id": 4, "body": "Looks good." });
    for (name, of, one, replace) in [
        ("GitHub", "/repos/somebody/claw/issues/12/comments", "/repos/somebody/claw/issues/comments", "PATCH"),
        ("GitLab", "/projects/7/merge_requests/12/notes", "/projects/7/merge_requests/12/notes", "PUT"),
    ] {
        let (address, forge) = forge(vec![theirs.clone(), other.clone()]);
        let desk = Desk::new();
        let post = |report: &str| {
            desk.write("comment.md", report);
            let mut bash = bare::program("bash");
            bash.arg(repository("scripts/comment.sh")).arg("comment.md").current_dir(desk.path(""));
            match name {
                "GitLab" => bash
                    .envs([("CI_MERGE_REQUEST_IID", "12"), ("CI_PROJECT_ID", "7"), ("GITLAB_TOKEN", "a-token")])
                    .env("CI_API_V4_URL", &address),
                _ => bash
                    .envs([("GITHUB_REPOSITORY", "somebody/claw"), ("PULL", "12"), ("GH_TOKEN", "a-token")])
                    .env("GITHUB_API_URL", &address),
            };
            bash.output().unwrap()
        };
        for report in ["<!-- clawbeat report -->\n**first** \"quoted\"\n", "<!-- clawbeat report -->\nsecond\n"] {
            let output = post(report);
            assert!(output.status.success() && output.stdout.is_empty(), "{name}: {output:?}");
            assert_eq!(forge.lock().unwrap().comments[2]["body"], report, "{name}");
        }
        let forge = forge.lock().unwrap();
        assert_eq!(forge.comments.len(), 3, "{name}");
        assert_eq!(forge.comments[0], theirs, "{name}: what a person wrote is left alone");
        let changes: Vec<&String> = forge.asked.iter().filter(|asked| !asked.starts_with("GET")).collect();
        assert_eq!(changes, [&format!("POST {of}"), &format!("{replace} {one}/102")], "{name}");
        assert!(forge.tokens.iter().all(|token| token.ends_with("a-token")), "{name}");
        drop(forge);
        assert_eq!(post("no report").status.code(), Some(2), "{name}");
    }
}
