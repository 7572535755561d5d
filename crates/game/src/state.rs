//! States in few bits: the position of each variable's value in a field of its own.

use crate::lookup::{Positions, Reader};
use crate::table::{Slot, Table};
use case::expr::{Expr, Value};
use case::model::Case;
use hashbrown::HashTable;
use std::rc::Rc;

/// A state, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct State(pub [u64; 2]);

/// Where the variables lie in a state.
#[derive(Debug)]
pub(crate) struct Layout {
    fields: Vec<Field>,
}

/// Where one variable lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    word: u8,
    shift: u8,
    mask: u64,
}

impl Field {
    #[inline]
    pub fn of(self, state: State) -> u64 {
        (state.0[usize::from(self.word & 1)] >> self.shift) & self.mask
    }
}

impl State {
    /// The same with other bits where the mask is set.
    #[inline]
    pub fn with(self, mask: State, bits: State) -> State {
        State([0, 1].map(|word| self.0[word] & !mask.0[word] | bits.0[word]))
    }
}

impl Layout {
    /// # Errors
    /// How many bits are needed, where that is more than there are.
    pub fn of(case: &Case) -> Result<Layout, u32> {
        let width = |v: usize| usize::BITS - (case.variables[v].values.len() - 1).leading_zeros();
        let mut fields = vec![Field { word: 0, shift: 0, mask: 0 }; case.variables.len()];
        let mut used = [0_u32; 2];
        // The widest first, so that no field has to lie across two words before these are full.
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(|&v| (std::cmp::Reverse(width(v)), v));
        let mut left_over = 0;
        for v in order {
            match used.iter().position(|used| used + width(v) <= 64) {
                _ if width(v) == 0 => {}
                Some(word) => {
                    fields[v] = Field { word: word as u8, shift: used[word] as u8, mask: (1 << width(v)) - 1 };
                    used[word] += width(v);
                }
                None => left_over += width(v),
            }
        }
        if left_over > 0 { Err(used[0] + used[1] + left_over) } else { Ok(Layout { fields }) }
    }

    pub fn field(&self, variable: usize) -> Field {
        self.fields[variable]
    }

    /// The position of a variable's value.
    pub fn get(&self, state: State, variable: usize) -> u8 {
        self.fields[variable].of(state) as u8
    }

    /// The same state with a variable at another position.
    pub fn set(&self, state: State, variable: usize, position: u8) -> State {
        let Field { word, shift, mask } = self.fields[variable];
        let mut bits = state;
        let word = &mut bits.0[usize::from(word)];
        *word = *word & !(mask << shift) | (u64::from(position) & mask) << shift;
        bits
    }

    /// All bits of a variable.
    pub fn mask(&self, variable: usize) -> State {
        self.set(State([0; 2]), variable, u8::MAX)
    }

    pub fn pack(&self, row: &Positions) -> State {
        row.iter().enumerate().fold(State([0; 2]), |state, (v, &position)| self.set(state, v, position))
    }

    pub fn unpack(&self, state: State) -> Vec<u8> {
        (0..self.fields.len()).map(|v| self.get(state, v)).collect()
    }
}

/// A [`Reader`] of packed states.
pub(crate) struct StateReader<'c> {
    pub reader: Reader<'c>,
    pub layout: Rc<Layout>,
}

impl<'c> StateReader<'c> {
    pub fn case(&self) -> &'c Case {
        self.reader.case
    }

    /// The value of a guard, or of any expression without numbers of the draw.
    pub fn value(&self, expr: &Expr, at: State) -> Value {
        self.reader.value(expr, &self.layout.unpack(at))
    }

    /// The slot of a number in a state.
    pub fn slot(&self, expr: &Expr, at: State, table: &mut Table) -> Slot {
        self.reader.slot(expr, &self.layout.unpack(at), table)
    }

    /// The position of a variable's value.
    pub fn get(&self, at: State, variable: usize) -> u8 {
        self.layout.get(at, variable)
    }
}

/// Distinct states, numbered as they come.
#[derive(Debug, Default)]
pub(crate) struct States {
    list: Vec<State>,
    index: HashTable<u32>,
}

/// A hash whose low and high bits depend on all of the state.
#[inline]
fn hash(state: State) -> u64 {
    let [a, b] = state.0;
    let product = u128::from(a ^ b.rotate_left(32) ^ 0x9e37_79b9_7f4a_7c15)
        * u128::from(b.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ 0x2d35_8dcc_aa6c_78a5);
    (product as u64) ^ ((product >> 64) as u64)
}

impl States {
    /// With room for about so many.
    pub fn with_room(n: usize) -> States {
        States { list: Vec::with_capacity(n), index: HashTable::with_capacity(n) }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[inline]
    pub fn state(&self, number: usize) -> State {
        self.list[number]
    }

    pub fn iter(&self) -> impl Iterator<Item = State> + '_ {
        self.list.iter().copied()
    }

    /// A state's number, and whether it is new.
    #[inline]
    pub fn insert(&mut self, state: State) -> (u32, bool) {
        let States { list, index } = self;
        let hashed = hash(state);
        if let Some(&number) = index.find(hashed, |&number| list[number as usize] == state) {
            return (number, false);
        }
        let number = list.len() as u32;
        list.push(state);
        index.insert_unique(hashed, number, |&number| hash(list[number as usize]));
        (number, true)
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Layout, State, States};

    /// A layout of fields of these widths, in two words.
    fn layout(widths: &[u32]) -> Layout {
        let mut used = [0_u32; 2];
        let field = |&width: &u32| {
            let word = usize::from(used[0] + width > 64);
            used[word] += width;
            Field { word: word as u8, shift: (used[word] - width) as u8, mask: (1 << width) - 1 }
        };
        Layout { fields: widths.iter().map(field).collect() }
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let layout = layout(&[8, 1, 7, 3, 8, 8, 8, 8, 8, 5, 8, 8, 2, 8, 1]);
        let row: Vec<u8> = layout.fields.iter().enumerate().map(|(v, f)| (37 * v as u64 & f.mask) as u8).collect();
        let state = layout.pack(&row);
        assert_eq!(layout.unpack(state), row);
        for v in 0..row.len() {
            let other = layout.set(state, v, row[v] ^ 1);
            let changed: Vec<usize> = (0..row.len()).filter(|&w| layout.get(other, w) != row[w]).collect();
            assert_eq!(changed, [v]);
            assert_eq!(state.with(layout.mask(v), layout.set(State([0; 2]), v, row[v] ^ 1)), other);
        }
    }

    #[test]
    fn a_state_has_one_number() {
        let mut states = States::default();
        let some = |i: u64| State([i % 7, (i % 11) << 60]);
        let numbers: Vec<u32> = (0..1_000).map(|i| states.insert(some(i)).0).collect();
        assert_eq!(states.len(), 77);
        for (i, number) in (0..1_000).zip(numbers) {
            assert_eq!(states.state(number as usize), some(i));
            assert_eq!(states.insert(some(i)), (number, false));
        }
    }
}
