//! Sealed streams: files that are too large to be held in memory at once.
//!
//! A stream is a stock age file (<https://c2sp.org/age>) around the bytes as they are: no frame, no compression, no padding.
//! What it carries is sealed and padded already; the stream hides how it hangs together.

use std::io::{BufRead, Read, Write};

use crate::envelope::{OpenError, SealError, reason};
use crate::identity::{Identity, Recipient};

/// Begins a sealed stream to any of the recipients. [`SealedWriter::finish`] must be called, else the stream counts as cut.
///
/// # Errors
/// See [`SealError`].
pub fn seal_stream<W: Write>(recipients: &[Recipient], output: W) -> Result<SealedWriter<W>, SealError> {
    let parsed: Vec<age::x25519::Recipient> = recipients
        .iter()
        .map(|recipient| recipient.parsed().map_err(|_| SealError::BadRecipient))
        .collect::<Result<_, _>>()?;
    let encryptor = age::Encryptor::with_recipients(parsed.iter().map(|r| r as &dyn age::Recipient))
        .map_err(|_| SealError::BadRecipient)?;
    Ok(SealedWriter(encryptor.wrap_output(output).map_err(|_| SealError::Sealing)?))
}

/// Opens a sealed stream with whichever identity fits. Bytes that come out are authentic, but only the end says that nothing
/// is missing: a stream that was cut fails at its end.
///
/// # Errors
/// See [`OpenError`].
pub fn open_stream<'a, R: BufRead + 'a>(
    identities: &[&Identity],
    input: R,
) -> Result<impl Read + 'a, OpenError> {
    let decryptor = age::Decryptor::new_buffered(input).map_err(|error| reason(&error))?;
    decryptor
        .decrypt(identities.iter().map(|identity| identity.parsed() as &dyn age::Identity))
        .map_err(|error| reason(&error))
}

/// Takes the bytes of a sealed stream.
pub struct SealedWriter<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> SealedWriter<W> {
    /// Ends the stream and gives the output back.
    ///
    /// # Errors
    /// When the output fails.
    pub fn finish(self) -> std::io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use kyosei_testkit::Seed;

    use super::{open_stream, seal_stream};
    use crate::envelope::OpenError;
    use crate::identity::Identity;

    #[test]
    fn a_stream_opens_for_each_recipient_and_for_nobody_else_and_a_cut_one_fails() {
        let mut rng = Seed::fixed(3).rng();
        let [one, two, stranger] = [(); 3].map(|()| Identity::generate(&mut rng).unwrap());
        let content = vec![7; 200_000];
        let mut writer =
            seal_stream(&[one.recipient().unwrap(), two.recipient().unwrap()], Vec::new()).unwrap();
        writer.write_all(&content).unwrap();
        let sealed = writer.finish().unwrap();
        let read = |identity: &Identity, sealed: &[u8]| -> Result<Vec<u8>, String> {
            let mut reader = open_stream(&[identity], sealed).map_err(|error| error.to_string())?;
            let mut opened = Vec::new();
            reader.read_to_end(&mut opened).map_err(|error| error.kind().to_string())?;
            Ok(opened)
        };
        assert!(read(&one, &sealed).unwrap() == content && read(&two, &sealed).unwrap() == content);
        assert_eq!(open_stream(&[&stranger], &sealed[..]).err(), Some(OpenError::NotForUs));
        for cut in [sealed.len() - 1, sealed.len() - 20_000, 70_000, 500, 10] {
            assert!(read(&one, &sealed[..cut]).is_err(), "cut at {cut}");
        }
    }
}
