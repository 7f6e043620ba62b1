//! Whose certificates are trusted, and what is said of those that are not? `tests/fixtures/tls` has them.

use super::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/tls")
        .join(name)
}

/// A node with this certificate, which answers every request with `{}`; it gives its port.
fn node_with(certificate: &str) -> u16 {
    let certificate = CertificateDer::from_pem_file(fixture(certificate)).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("node.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0)
            {
                head.push(byte[0]);
            }
            // Who does not trust the certificate is gone by now.
            let _ = stream.write_all(&response(200, "Connection: close\r\n", "{}"));
            let _ = stream.flush();
        }
    });
    port
}

fn client_that_trusts(port: u16, ca: Option<&str>) -> Client {
    let options = ClusterOptions {
        ca: ca.map(fixture),
        timeout: Duration::from_secs(5),
        ..options()
    };
    client_with(&[&format!("https://127.0.0.1:{port}")], options)
}

#[test]
fn a_node_is_trusted_by_the_authority_that_is_given() {
    let port = node_with("node.pem");
    let answer = get(&client_that_trusts(port, Some("ca.pem")), Again::Never).unwrap();
    assert_eq!((answer.status, answer.body), (200, b"{}".to_vec()));

    let both = tempfile::tempdir().unwrap();
    let path = both.path().join("both.pem");
    let pem = ["other-ca.pem", "ca.pem"].map(|name| std::fs::read(fixture(name)).unwrap());
    std::fs::write(&path, pem.concat()).unwrap();
    let client = client_that_trusts(port, Some(path.to_str().unwrap()));
    assert_eq!(get(&client, Again::Never).unwrap().status, 200);
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_at_once_with_its_reason() {
    let ca = "IBID_OPENSEARCH_CA";
    for (certificate, trusted, why, advice) in [
        (
            "node.pem",
            None,
            "no authority that is trusted signed it",
            ca,
        ),
        (
            "node.pem",
            Some("other-ca.pem"),
            "no authority that is trusted signed it",
            ca,
        ),
        (
            "expired.pem",
            Some("ca.pem"),
            "it expired on 2020-02-01",
            "clock",
        ),
        (
            "early.pem",
            Some("ca.pem"),
            "it is not valid before 2098-01-01",
            "clock",
        ),
        (
            "elsewhere.pem",
            Some("ca.pem"),
            "elsewhere.example",
            "by a name",
        ),
    ] {
        let port = node_with(certificate);
        let client = client_that_trusts(port, trusted);
        let start = Instant::now();
        let error = get(&client, Again::Patiently).unwrap_err();
        assert!(start.elapsed() < Duration::from_millis(1500), "{error}");
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        let said = error.to_string();
        let begins = format!("the certificate of https://127.0.0.1:{port} is not trusted: ");
        assert!(said.starts_with(&begins), "{said}");
        assert!(said.contains(why) && said.contains(advice), "{said}");
    }
}

#[test]
fn a_node_that_speaks_no_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        stream.write_all(&response(400, "", "")).unwrap();
        thread::sleep(Duration::from_secs(5));
    });
    let error = get(&client_that_trusts(port, Some("ca.pem")), Again::Never).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.what().contains("does not speak TLS"), "{error}");
}

#[test]
fn a_file_of_authorities_holds_whole_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read_to_string(fixture("ca.pem")).unwrap();
    for (name, held, says) in [
        ("empty.pem", "", "holds no certificate"),
        ("text.pem", "no certificate", "holds no certificate"),
        ("cut.pem", &good[..good.len() / 2], "is not whole"),
        (
            "wrong.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "cannot be read",
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, held).unwrap();
        let options = ClusterOptions {
            ca: Some(path),
            ..options()
        };
        let cluster = Cluster::parse("https://a/name", options).unwrap();
        let error = Client::new(&cluster).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{error}");
        assert!(
            error.what().contains(name) && error.what().contains(says),
            "{error}"
        );
    }
    let options = ClusterOptions {
        ca: Some(folder.path().join("none.pem")),
        ..options()
    };
    let cluster = Cluster::parse("https://a/name", options).unwrap();
    let error = Client::new(&cluster).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.what().contains("none.pem"), "{error}");
}
