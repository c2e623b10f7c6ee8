//! A run of the program that goes on while the test looks at what it prints.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// No test waits longer than this for a line that should come soon.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running program.
pub struct Running {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Running {
    /// Starts a command whose standard output and error are read line by line, together.
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let output: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in output {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _told = sender.send(line);
                }
            });
        }
        let input = child.stdin.take();
        Self { child, input, lines, seen: Vec::new() }
    }

    /// Waits for a line that holds this text.
    pub fn until(&mut self, text: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("{text:?} did not come: {:#?}", self.seen),
                Err(RecvTimeoutError::Disconnected) => panic!("ended before {text:?}: {:#?}", self.seen),
            }
        }
    }

    /// The address or other word behind the last space of a line with this text.
    pub fn last_word_of(&mut self, text: &str) -> String {
        self.until(text).rsplit(' ').next().unwrap().to_owned()
    }

    /// Types text, and ends the input.
    pub fn enter(&mut self, text: &str) {
        self.input.take().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Asks the program to end, as a person does with Ctrl-C.
    pub fn interrupt(&self) {
        self.signal("-TERM");
    }

    /// Ends the program without a word, as a power cut does.
    pub fn kill(self) {
        drop(self);
    }

    /// Waits for the end: exit code, and everything that was printed.
    pub fn ended(mut self) -> (i32, String) {
        drop(self.input.take());
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it goes on: {:#?}", self.seen),
            }
        }
        (self.child.wait().unwrap().code().unwrap_or(-1), self.seen.join("\n"))
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

/// A test that fails leaves no program behind.
impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}
