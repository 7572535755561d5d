//! The draws of a run as rows: what each took the numbers to be, and what followed.

use crate::write;
use answer::Forecast;
use answer::forecast::QuestionReading;
use answer::standing::Base;
use case::model::Case;
use std::error::Error;
use std::path::{Path, PathBuf};

/// A file of draws to write, in the form that its name ends with.
pub struct Form {
    path: PathBuf,
    kind: Kind,
}

enum Kind {
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Form {
    /// # Errors
    /// What is wrong with the name, in words.
    pub fn of(path: &Path) -> Result<Form, String> {
        let kind = match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => Kind::Csv,
            #[cfg(feature = "parquet")]
            Some("parquet") => Kind::Parquet,
            #[cfg(not(feature = "parquet"))]
            Some("parquet") => {
                return Err(
                    "this program was built without Parquet (`--no-default-features`): build it with, or name a file \
                            ending in .csv"
                        .into(),
                );
            }
            _ => return Err(format!("`{}` should end in .csv or .parquet", path.display())),
        };
        Ok(Form { path: path.to_owned(), kind })
    }

    /// Writes the draws, whole or not at all.
    pub fn write(&self, case: &Case, forecast: &Forecast, base: &Base) -> Result<(), Box<dyn Error>> {
        let rows = Rows::of(case, forecast, base);
        let bytes = match self.kind {
            Kind::Csv => rows.csv()?,
            #[cfg(feature = "parquet")]
            Kind::Parquet => rows.parquet()?,
        };
        Ok(write::whole(&self.path, bytes)?)
    }
}

/// A table: named columns of one length, and what it is a table of.
struct Rows {
    /// `formateur.version`, `case`, `case_hash`, `seed`, `draws`, `from`, `now`, `until`.
    about: Vec<(&'static str, String)>,
    columns: Vec<(String, Column)>,
}

/// One kind of value; `None` where there is none.
enum Column {
    Counts(Vec<u64>),
    Numbers(Vec<Option<f64>>),
    Words(Vec<String>),
}

impl Rows {
    /// Columns: `draw`; `weight`, which sums to 1; `hypotheses.ID`, the reading; a number's path, its value;
    /// `outcome.ID`, its probability; `question.ID`, a chance or a number of days; `payoff.ACTOR`, utils from `now` on.
    fn of(case: &Case, forecast: &Forecast, base: &Base) -> Rows {
        let (draws, readings) = (&base.standing.draws, &base.readings);
        let mut columns = vec![
            ("draw".into(), Column::Counts((0..draws.len() as u64).collect())),
            ("weight".into(), Column::Numbers((0..draws.len()).map(|d| Some(base.standing.weights.of(d))).collect())),
        ];
        for (h, hypothesis) in case.hypotheses.iter().enumerate() {
            let reading = |of: usize| case.names[hypothesis.readings[of].name.index()].clone();
            let words = draws.iter().map(|draw| reading(draw.readings[h])).collect();
            columns.push((format!("hypotheses.{}", hypothesis.id), Column::Words(words)));
        }
        for (position, number) in case.numbers.iter().enumerate() {
            let values = draws.iter().map(|draw| Some(draw.numbers[position])).collect();
            columns.push((number.path.clone(), Column::Numbers(values)));
        }
        for (o, id) in base.survey.outcomes.iter().enumerate() {
            let values = readings.iter().map(|r| Some(r.outcomes[o])).collect();
            columns.push((format!("outcome.{id}"), Column::Numbers(values)));
        }
        for (q, question) in case.questions.iter().enumerate() {
            let values: Option<Vec<Option<f64>>> = readings
                .iter()
                .map(|r| match &r.questions[q] {
                    // What is asked on a condition that never holds has no answer.
                    QuestionReading::Cells { above, below } if above.len() == 1 => {
                        Some((below[0] > 0.0).then(|| above[0] / below[0]))
                    }
                    QuestionReading::Days(days) => Some(Some(*days)),
                    QuestionReading::Cells { .. } | QuestionReading::Dates(_) => None,
                })
                .collect();
            if let Some(values) = values {
                columns.push((format!("question.{}", question.id), Column::Numbers(values)));
            }
        }
        for (a, actor) in case.actors.iter().enumerate() {
            let values = readings.iter().map(|r| Some(r.payoffs[a])).collect();
            columns.push((format!("payoff.{}", actor.id), Column::Numbers(values)));
        }
        let head = &forecast.head;
        let about = vec![
            ("formateur.version", head.formateur.version.clone()),
            ("formateur.case", head.case.id.clone()),
            ("formateur.title", head.case.title.clone()),
            ("formateur.case_hash", head.formateur.case_hash.clone()),
            ("formateur.seed", head.formateur.seed.to_string()),
            ("formateur.draws", head.formateur.draws.to_string()),
            ("formateur.from", head.from.to_string()),
            ("formateur.now", head.now.to_string()),
            ("formateur.until", head.until.to_string()),
        ];
        Rows { about, columns }
    }

    /// As CSV: what it is a table of in lines that begin with `#`, then names, then rows. Numbers read back exactly.
    fn csv(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut bytes = Vec::new();
        for (name, value) in &self.about {
            bytes.extend(format!("# {name} = {}\n", value.replace('\n', " ")).into_bytes());
        }
        let mut table = csv::Writer::from_writer(bytes);
        table.write_record(self.columns.iter().map(|(name, _)| name))?;
        let n = self.columns.first().map_or(0, |(_, column)| column.len());
        for row in 0..n {
            table.write_record(self.columns.iter().map(|(_, column)| column.written(row)))?;
        }
        Ok(table.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }

    /// As Parquet, compressed with Snappy, which every reader knows; what it is a table of is in the file's metadata, by name.
    ///
    /// Written column by column: rows of plain numbers need nothing of Arrow, which would double the time a build takes.
    #[cfg(feature = "parquet")]
    fn parquet(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
        use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
        use parquet::file::metadata::KeyValue;
        use parquet::file::properties::WriterProperties;
        use parquet::file::writer::SerializedFileWriter;
        use parquet::schema::types::Type;
        use std::sync::Arc;

        let mut fields = Vec::new();
        for (name, column) in &self.columns {
            let (physical, logical, optional) = match column {
                Column::Counts(_) => (Physical::INT64, None, false),
                Column::Numbers(values) => (Physical::DOUBLE, None, values.iter().any(Option::is_none)),
                Column::Words(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), false),
            };
            let field = Type::primitive_type_builder(name, physical)
                .with_logical_type(logical)
                .with_repetition(if optional { Repetition::OPTIONAL } else { Repetition::REQUIRED })
                .build()?;
            fields.push(Arc::new(field));
        }
        let schema = Arc::new(Type::group_type_builder("draws").with_fields(fields).build()?);
        let about = self.about.iter().map(|(name, value)| KeyValue::new((*name).to_owned(), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("formateur {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(about))
            .build();
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut rows = file.next_row_group()?;
        for (_, column) in &self.columns {
            let mut out = rows.next_column()?.expect("a column for each field of the schema");
            match column {
                Column::Counts(values) => {
                    let values: Vec<i64> = values.iter().map(|n| *n as i64).collect();
                    out.typed::<Int64Type>().write_batch(&values, None, None)?;
                }
                Column::Numbers(values) => {
                    let there: Vec<f64> = values.iter().flatten().copied().collect();
                    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
                    let levels = (there.len() < values.len()).then_some(levels.as_slice());
                    out.typed::<DoubleType>().write_batch(&there, levels, None)?;
                }
                Column::Words(values) => {
                    let values: Vec<ByteArray> = values.iter().map(|word| word.as_str().into()).collect();
                    out.typed::<ByteArrayType>().write_batch(&values, None, None)?;
                }
            }
            out.close()?;
        }
        rows.close()?;
        Ok(file.into_inner()?)
    }
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Column::Counts(values) => values.len(),
            Column::Numbers(values) => values.len(),
            Column::Words(values) => values.len(),
        }
    }

    fn written(&self, row: usize) -> String {
        match self {
            Column::Counts(values) => values[row].to_string(),
            Column::Numbers(values) => values[row].map_or_else(String::new, |x| x.to_string()),
            Column::Words(values) => values[row].clone(),
        }
    }
}
