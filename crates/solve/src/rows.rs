//! Numbers of several draws side by side, each row on a cache line of its own.

use std::ops::{Deref, DerefMut};

/// A list of rows of `L` numbers, the first at an address that is a multiple of a cache line: a row that lies across two
/// lines is read in two steps, which makes the innermost loops half as fast again.
#[derive(Debug, Default)]
pub struct Rows<const L: usize> {
    /// The rows, with room before them to begin on a line.
    store: Vec<f64>,
    from: usize,
    len: usize,
}

/// Bytes of a cache line.
const LINE: usize = 64;

impl<const L: usize> Rows<L> {
    /// So many rows of zeros.
    pub fn zeros(len: usize) -> Rows<L> {
        let mut rows = Rows::default();
        rows.reset(len);
        rows
    }

    /// So many rows of zeros, whatever was there.
    pub fn reset(&mut self, len: usize) {
        self.resize(len);
        self.fill([0.0; L]);
    }

    /// So many rows; what they hold is not said.
    pub fn resize(&mut self, len: usize) {
        let spare = LINE / size_of::<f64>() - 1;
        if self.store.len() < len * L + spare {
            self.store = vec![0.0; len * L + spare];
            // Where no address can be told, none is better than another.
            self.from = self.store.as_ptr().align_offset(LINE).min(spare);
        }
        self.len = len;
    }
}

impl<const L: usize> Deref for Rows<L> {
    type Target = [[f64; L]];

    fn deref(&self) -> &[[f64; L]] {
        self.store[self.from..self.from + self.len * L].as_chunks().0
    }
}

impl<const L: usize> DerefMut for Rows<L> {
    fn deref_mut(&mut self) -> &mut [[f64; L]] {
        self.store[self.from..self.from + self.len * L].as_chunks_mut().0
    }
}

impl<const L: usize> From<&[[f64; L]]> for Rows<L> {
    fn from(from: &[[f64; L]]) -> Rows<L> {
        let mut rows = Rows::default();
        rows.resize(from.len());
        rows.copy_from_slice(from);
        rows
    }
}

impl<const L: usize> Clone for Rows<L> {
    fn clone(&self) -> Rows<L> {
        Rows::from(&**self)
    }
}
