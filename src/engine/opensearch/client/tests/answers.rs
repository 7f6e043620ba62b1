//! What is made of an answer: what it says, who is refused, and bytes that are none.

use super::super::answer::LONGEST_REASON;
use super::*;

#[test]
fn who_is_refused_is_told_so_at_once_and_without_the_password() {
    let options = ClusterOptions {
        user: Some("me".to_owned()),
        password: Some(Password::new("secret".to_owned())),
        ..options()
    };
    let unknown = answering(401, "Unauthorized");
    let other = answering(200, "{}");
    let client_of_two = client_with(&[&unknown.address, &other.address], options.clone());
    let error = get(&client_of_two, Again::Patiently).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let said = error.to_string();
    assert!(
        said.contains("does not know the user or the password (401)"),
        "{said}"
    );
    assert!(said.contains("IBID_OPENSEARCH_PASSWORD_FILE"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    assert_eq!((unknown.asked(), other.asked()), (1, 0));
    let error = get(&client(&[&unknown.address]), Again::Briefly).unwrap_err();
    assert!(
        error.what().contains("wants to know who asks (401)"),
        "{error}"
    );

    let refused = answering(
        403,
        r#"{"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [x]"}],
            "type":"security_exception","reason":"no"},"status":403}"#,
    );
    let client_of_one = client_with(&[&refused.address], options);
    let error = get(&client_of_one, Again::Patiently).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let said = error.to_string();
    assert!(said.contains("the user \"me\" may not"), "{said}");
    assert!(said.contains("no permissions for [x]"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    assert_eq!(refused.asked(), 1);
    let error = get(&client(&[&refused.address]), Again::Never).unwrap_err();
    assert!(
        error.what().starts_with("who gives no user may not"),
        "{error}"
    );

    let blocked = answering(
        403,
        r#"{"error":{"type":"cluster_block_exception","reason":"index [x] blocked by: [FORBIDDEN/12/…]"}}"#,
    );
    let answer = get(&client(&[&blocked.address]), Again::Patiently).unwrap();
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.error_type().as_deref(),
        Some("cluster_block_exception")
    );
}

#[test]
fn other_answers_are_given_back_whatever_they_say() {
    for status in [204, 301, 307, 400, 404, 409, 413, 500] {
        let server = node(move |_| Some(response(status, "Location: http://a/\r\n", "")));
        let answer = get(&client(&[&server.address]), Again::Patiently).unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(answer.is_success(), status == 204);
        assert_eq!(reason(&answer), format!("status {status}"));
        assert_eq!(server.asked(), 1);
    }
}

#[test]
fn an_answer_is_bounded() {
    let server = answering(200, "0123456789");
    let mut client = client(&[&server.address]);
    client.largest_answer = 8;
    let error = get(&client, Again::Patiently).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Engine);
    assert!(error.what().contains("larger than 8 bytes"), "{error}");
    assert_eq!(server.asked(), 1);
    client.largest_answer = 11;
    assert_eq!(get(&client, Again::Never).unwrap().body, b"0123456789");
}

#[test]
fn whatever_bytes_come_are_an_answer_or_an_error() {
    let mut random = fastrand::Rng::with_seed(7);
    let good = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        .to_vec();
    let chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n".to_vec();
    let mut answers = vec![
        Vec::new(),
        b"\r\n\r\n".to_vec(),
        vec![0; 100_000],
        vec![0xff; 10],
        b"SSH-2.0-OpenSSH\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n{}".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}".to_vec(),
        b"HTTP/1.1 999 \xff\r\n\r\n".to_vec(),
        b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(),
        b"HTTP/9.1 200 OK\r\n\r\n".to_vec(),
    ];
    for _ in 0..60 {
        let mut damaged = if random.bool() {
            good.clone()
        } else {
            chunked.clone()
        };
        for _ in 0..random.usize(1..4) {
            let place = random.usize(..damaged.len());
            damaged[place] = random.u8(..);
        }
        damaged.truncate(random.usize(1..=damaged.len()));
        answers.push(damaged);
    }
    for bytes in answers {
        // Each is the whole answer: the connection ends with it.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let sent = bytes.clone();
        thread::spawn(move || {
            let Ok((mut stream, _)) = listener.accept() else {
                return;
            };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            read_request(&mut reader);
            // It may be cut off in the middle.
            let _ = stream.write_all(&sent);
        });
        match get(&client(&[&address]), Again::Never) {
            Ok(answer) => {
                let said = reason(&answer);
                assert!(!said.contains(char::is_control), "{said:?}");
                assert!(said.chars().count() <= LONGEST_REASON + 1);
                assert_eq!(
                    answer.json().is_ok(),
                    serde_json::from_slice::<Value>(&answer.body).is_ok()
                );
            }
            Err(error) => {
                let said = error.to_string();
                assert!(!said.contains(char::is_control), "{bytes:?}: {said:?}");
                assert!(said.contains(&address), "{said}");
            }
        }
    }
}

fn said(status: u16, body: &str) -> String {
    let body = body.as_bytes().to_vec();
    reason(&Answer { status, body })
}

#[test]
fn the_reason_is_the_root_cause_in_one_line() {
    let root =
        r#"{"error":{"root_cause":[{"type":"t","reason":"root"}],"type":"u","reason":"outer"}}"#;
    assert_eq!(said(400, root), "root");
    assert_eq!(
        said(503, r#"{"error":{"root_cause":[],"reason":"outer"}}"#),
        "outer"
    );
    assert_eq!(
        said(
            503,
            r#"{"error":{"root_cause":[{"type":"t","reason":null}],"type":"u"}}"#
        ),
        "t"
    );
    assert_eq!(said(503, r#"{"error":{"type":"u","reason":" "}}"#), "u");
    assert_eq!(said(400, r#"{"error":"no handler"}"#), "no handler");
    assert_eq!(said(400, r#"{"message":"wrong"}"#), "wrong");
    assert_eq!(said(400, r#"{"error":[[]]}"#), "status 400");
    assert_eq!(said(400, "[]"), "status 400");
    assert_eq!(said(503, ""), "status 503");
    assert_eq!(
        said(503, "OpenSearch  Security\nnot \u{1b}[31minitialized."),
        "OpenSearch Security not [31minitialized."
    );
    assert_eq!(said(502, &"ä".repeat(400)), format!("{}…", "ä".repeat(300)));
    let item = json!({"index": {}, "error": {"type": "t", "reason": "of one\nof many"}});
    assert_eq!(reason_of(&item), "of one of many");
    assert_eq!(reason_of(&Value::Null), "it does not say why");
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(said(500, &deep).starts_with("[["));
}

#[test]
fn what_is_no_json_is_said_with_its_status() {
    let answer = Answer {
        status: 200,
        body: b"<html>\x1b[2J\xff".to_vec(),
    };
    let error = answer.json().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Engine);
    assert!(
        error.what().contains("(200) what is no JSON: \"<html> [2J"),
        "{error}"
    );
    assert_eq!(answer.error_type(), None);
}

fn refused(address: &str, user: Option<&str>, password: Option<&str>) -> Error {
    let options = ClusterOptions {
        user: user.map(str::to_owned),
        password: password.map(|password| Password::new(password.to_owned())),
        ..options()
    };
    let cluster = Cluster::parse(address, options).unwrap();
    let error = Client::new(&cluster).err().unwrap();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    error
}

#[test]
fn credentials_are_whole_and_never_unencrypted() {
    for (address, user, password, says) in [
        ("https://a/name", Some("me"), None, "no password"),
        ("https://a/name", None, Some("secret"), "no user"),
        (
            "https://a/name",
            Some("a:b"),
            Some("secret"),
            "neither a colon",
        ),
        (
            "https://a/name",
            Some("a\nb"),
            Some("secret"),
            "neither a colon",
        ),
        (
            "http://a/name",
            Some("me"),
            Some("secret"),
            "http://a:9200 unencrypted",
        ),
        (
            "http://[::1],10.0.0.1/name",
            Some("me"),
            Some("secret"),
            "http://10.0.0.1:9200 unencrypted",
        ),
    ] {
        let error = refused(address, user, password);
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_path_that_cannot_be_asked_is_an_error() {
    let client = client(&["http://localhost:1"]);
    let error = client
        .send(&Method::GET, "/a b", Body::Empty, Again::Patiently)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Engine);
    assert!(error.what().contains("/a b"), "{error}");
}
