//! A server in a sandbox.

use crate::http::{Answer, Client};
use crate::support::Sandbox;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A running `ibid serve`, which is killed when the test ends.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    stderr: BufReader<ChildStderr>,
}

impl Server {
    pub fn start(sandbox: &Sandbox, args: &[&str]) -> Self {
        Self::of(sandbox.command(&["serve"]).args(args))
    }

    pub fn of(command: &mut Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.split_once("http://").expect(&line).1;
        let address = address.split_once('/').unwrap().0.parse().unwrap();
        Self {
            child,
            address,
            stderr,
        }
    }

    pub fn client(&self) -> Client {
        Client::to(self.address)
    }

    pub fn get(&self, target: &str) -> Answer {
        self.client().get(target, &[])
    }

    /// Asks it to end as the system does, and says how it ended; nobody reads what it writes on standard error.
    #[cfg(unix)]
    pub fn stop_unheard(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(killed.success());
        self.child.wait().unwrap().code()
    }

    /// Asks it to end as the system does, and says what it wrote on standard error and how it ended.
    #[cfg(unix)]
    pub fn stop(mut self) -> (String, Option<i32>) {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(killed.success());
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        (rest, self.child.wait().unwrap().code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}
