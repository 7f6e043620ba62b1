//! Which addresses name an index on a cluster, and what of the environment counts?

use super::*;
use std::ffi::OsString;

fn parse(address: &str) -> Result<Cluster> {
    Cluster::parse(address, ClusterOptions::default())
}

#[test]
fn an_address_names_hosts_and_an_index() {
    for (address, hosts, index) in [
        (
            "http://localhost:9200/ibid",
            "http://localhost:9200",
            "ibid",
        ),
        ("https://a/name/", "https://a:9200", "name"),
        ("http://a/name", "http://a:9200", "name"),
        (
            "https://a:1,b:2,c/n-a_m.e2",
            "https://a:1 https://b:2 https://c:9200",
            "n-a_m.e2",
        ),
        (
            "https://A.Example:9200,https://b:9200/name",
            "https://a.example:9200 https://b:9200",
            "name",
        ),
        ("http://a,a:9200/name", "http://a:9200", "name"),
        (
            "http://[::1]:9201,[2001:db8::1]/name",
            "http://[::1]:9201 http://[2001:db8::1]:9200",
            "name",
        ),
        ("http://10.0.0.1/.name", "http://10.0.0.1:9200", ".name"),
    ] {
        let cluster = parse(address).unwrap();
        assert_eq!(cluster.hosts.join(" "), hosts, "{address}");
        assert_eq!(cluster.index, index, "{address}");
        let shown = cluster.to_string();
        assert_eq!(parse(&shown).unwrap(), cluster, "{shown}");
    }
}

#[test]
fn an_address_that_cannot_be_meant_is_refused_with_advice() {
    let long = format!("http://a/{}", "n".repeat(201));
    for (address, says) in [
        ("ftp://a/name", "begins with http"),
        ("folder", "begins with http"),
        ("http://a", "does not name an index"),
        ("http://a/", "does not name an index"),
        ("http://a:9200//", "does not name an index"),
        ("http://a/one/two", "is the name of an index"),
        ("http://a//name", "is the name of an index"),
        ("http://a/name?x=1", "neither a query nor a fragment"),
        ("http://a/name#x", "neither a query nor a fragment"),
        ("http:///name", "lacks the name of a host"),
        ("http://a,/name", "lacks the name of a host"),
        ("http://:9200/name", "lacks the name of a host"),
        ("http://a b/name", "signs that no name of a host has"),
        ("http://a:/name", "no port"),
        ("http://a:0/name", "no port"),
        ("http://a:65536/name", "no port"),
        ("http://a:+80/name", "no port"),
        ("http://[::1/name", "has no ]"),
        ("http://[::x]/name", "no address of IPv6"),
        ("http://[::1]9200/name", "no port"),
        ("http://a,https://b/name", "all by http or all by https"),
        ("http://a/Name", "upper-case"),
        ("http://a/é", "other signs"),
        ("http://a/a,b", "other signs"),
        ("http://a/a b", "other signs"),
        ("http://a/a%20b", "other signs"),
        ("http://a/a:b", "other signs"),
        ("http://a/a*", "other signs"),
        ("http://a/a\"", "other signs"),
        ("http://a/a\\b", "other signs"),
        ("http://a/a\n", "other signs"),
        ("http://a/_all", "begins with _"),
        ("http://a/-a", "begins with _"),
        ("http://a/+a", "begins with _"),
        ("http://a/.", "is a folder"),
        ("http://a/..", "is a folder"),
        (&long, "more than 200 bytes"),
    ] {
        let error = parse(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{address}");
        assert!(error.what().contains(says), "{address}: {error}");
        assert!(
            error.to_string().len() > error.what().len(),
            "{address} without advice"
        );
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[test]
fn credentials_in_an_address_are_refused_and_not_repeated() {
    for address in [
        "https://me:secret@a:9200/name",
        "https://a,me:secret@b/name",
        "https://me:sec@secret@a/name",
        "https://secret@a/name?x",
        "https://me:p/secret@a/name",
        "ftp://me:secret@a/name",
        "https://me:secret/name",
        "https://me:secret%40a/name",
        "https://[secret]/name",
        "https://[secret/name",
        "https://se%cret/name",
    ] {
        let error = parse(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{address}");
        let said = format!("{error} {error:?}");
        assert!(!said.contains("cret") && !said.contains("sec@"), "{said}");
        if address.contains('@') {
            assert!(said.contains("IBID_OPENSEARCH_PASSWORD_FILE"), "{said}");
        }
    }
}

#[test]
fn only_addresses_of_the_web_are_no_folders() {
    assert!(Cluster::is_address("http://a/b"));
    assert!(Cluster::is_address("https://a/b"));
    assert!(!Cluster::is_address("folder"));
    assert!(!Cluster::is_address("http:folder"));
}

#[test]
fn no_password_is_shown() {
    let options = ClusterOptions {
        user: Some("me".to_owned()),
        password: Some(Password::new("secret".to_owned())),
        ..ClusterOptions::default()
    };
    let cluster = Cluster::parse("https://a/name", options).unwrap();
    let shown = format!("{cluster} {cluster:?} {cluster:#?}");
    assert!(shown.contains("Password(..)"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

fn with(options: ClusterOptions, variables: &[(&str, &str)]) -> Result<ClusterOptions> {
    options.with_variables(|name| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

#[test]
fn the_environment_says_who_asks_and_whom_to_trust() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "from a file\n").unwrap();
    let path = file.path().to_str().unwrap();
    let before = ClusterOptions {
        user: Some("before".to_owned()),
        ca: Some("before.pem".into()),
        ..ClusterOptions::default()
    };

    assert_eq!(with(before.clone(), &[]).unwrap(), before);
    let empty = [(USER, ""), (PASSWORD, ""), (PASSWORD_FILE, ""), (CA, "")];
    assert_eq!(with(before.clone(), &empty).unwrap(), before);

    let said = [(USER, "me"), (PASSWORD, "secret"), (CA, "ca.pem")];
    let options = with(before.clone(), &said).unwrap();
    assert_eq!(options.user.as_deref(), Some("me"));
    assert_eq!(options.password, Some(Password::new("secret".to_owned())));
    assert_eq!(options.ca.as_deref(), Some(Path::new("ca.pem")));

    let options = with(before.clone(), &[(PASSWORD, ""), (PASSWORD_FILE, path)]).unwrap();
    assert_eq!(
        options.password,
        Some(Password::new("from a file".to_owned()))
    );

    let error = with(before, &[(PASSWORD, "secret"), (PASSWORD_FILE, path)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.what().contains(PASSWORD_FILE), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_user_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let error = ClusterOptions::default()
        .with_variables(|name| (name == USER).then(|| OsString::from_vec(vec![0xff])))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.what().contains(USER), "{error}");
}

#[test]
fn a_password_is_read_from_a_file_without_its_end_of_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    for (held, password) in [
        ("secret", "secret"),
        ("secret\n", "secret"),
        ("secret\r\n", "secret"),
        (" se cret \n", " se cret "),
    ] {
        std::fs::write(&path, held).unwrap();
        let read = Password::from_file(&path).unwrap();
        assert_eq!(read, Password::new(password.to_owned()), "{held:?}");
    }
    let long = [b's'; 2000];
    for held in [
        &b""[..],
        b"\n",
        b"\xffsecret",
        b"secret\n\n",
        b"secret\nsecond line",
        &long,
    ] {
        std::fs::write(&path, held).unwrap();
        let error = Password::from_file(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        assert!(error.what().contains("password in"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = Password::from_file(&folder.path().join("none")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.what().contains("none"), "{error}");
}

#[test]
fn loopback_is_this_machine() {
    for host in [
        "http://localhost:9200",
        "http://node.localhost:9200",
        "http://127.0.0.1:9200",
        "https://127.8.9.1:9200",
        "http://[::1]:9200",
    ] {
        assert!(is_loopback(host), "{host}");
    }
    for host in [
        "http://localhost.example:9200",
        "http://128.0.0.1:9200",
        "http://127.0.0.1.example:9200",
        "http://[::2]:9200",
        "http://a:9200",
    ] {
        assert!(!is_loopback(host), "{host}");
    }
}
