//! States, each once: rows of the positions of the variables' values.

use crate::lookup::Positions;
use hashbrown::HashTable;

/// Distinct rows, numbered as they come.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// Length of a row: a multiple of eight.
    width: usize,
    bytes: Vec<u8>,
    index: HashTable<u32>,
    len: u32,
}

/// The length of rows of so many variables.
pub(crate) fn width(n_variables: usize) -> usize {
    n_variables.next_multiple_of(8).max(8)
}

fn words(row: &[u8]) -> impl Iterator<Item = u64> + '_ {
    row.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word))
}

/// A hash whose low and high bits depend on all of the row.
#[inline]
pub(crate) fn hash(row: &[u8]) -> u64 {
    words(row).fold(0, |hash, word| {
        let product = u128::from(hash ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0x2d35_8dcc_aa6c_78a5_u128;
        (product as u64) ^ ((product >> 64) as u64)
    })
}

#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    words(a).zip(words(b)).all(|(a, b)| a == b)
}

impl Rows {
    pub fn new(width: usize) -> Rows {
        Rows { width, bytes: Vec::new(), index: HashTable::new(), len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn row(&self, at: usize) -> &Positions {
        &self.bytes[at * self.width..][..self.width]
    }

    /// A row's number, and whether it is new.
    #[inline]
    pub fn insert(&mut self, row: &Positions) -> (u32, bool) {
        let Rows { width, bytes, index, len } = self;
        let (width, hashed) = (*width, hash(row));
        let at = |number: u32| number as usize * width..number as usize * width + width;
        if let Some(&number) = index.find(hashed, |&number| same(&bytes[at(number)], row)) {
            return (number, false);
        }
        let number = *len;
        bytes.extend_from_slice(row);
        *len += 1;
        index.insert_unique(hashed, number, |&number| hash(&bytes[at(number)]));
        (number, true)
    }
}
