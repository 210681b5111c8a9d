//! The segments of a baseline JPEG (T.81, annex B): frame, tables, and where its one scan begins.

use super::huffman::Table;

pub(super) struct Segments<'a> {
    pub width: usize,
    pub height: usize,
    pub components: Vec<Component>,
    pub tables: Tables,
    /// Units between restart markers; 0 for none.
    pub restart: usize,
    /// From the first byte of the scan on.
    pub scan: &'a [u8],
}

#[derive(Default)]
pub(super) struct Tables {
    pub dc: [Option<Table>; 4],
    pub ac: [Option<Table>; 4],
    /// In zigzag order.
    pub quantisers: [Option<[f32; 64]>; 4],
}

pub(super) struct Component {
    id: u8,
    /// Blocks across and down in a unit of the scan.
    pub h: usize,
    pub v: usize,
    pub quantiser: usize,
    pub dc: usize,
    pub ac: usize,
    /// The last coefficient of interest, in zigzag order.
    pub wanted: usize,
}

impl<'a> Segments<'a> {
    /// `None` if the file is damaged or of another kind: progressive, arithmetic, 12 bits, CMYK, RGB, several scans.
    pub fn read(bytes: &'a [u8]) -> Option<Segments<'a>> {
        let mut file =
            Segments { width: 0, height: 0, components: Vec::new(), tables: Tables::default(), restart: 0, scan: &[] };
        let mut at = 2;
        loop {
            let (0xff, code) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
            if code == 0xff {
                at += 1;
                continue;
            }
            let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
            let body = bytes.get(at + 4..at + 2 + length)?;
            at += 2 + length;
            match code {
                0xc0 | 0xc1 => file.frame(body)?,
                0xc4 => file.tables.huffman(body)?,
                0xdb => file.tables.quantiser(body)?,
                0xdd => file.restart = usize::from(u16::from_be_bytes(body.try_into().ok()?)),
                0xda => {
                    file.scan_header(body)?;
                    file.scan = bytes.get(at..)?;
                    return Some(file);
                }
                // Adobe's marker with a transform of 0: the components are RGB.
                0xee if body.starts_with(b"Adobe") && body.get(11) == Some(&0) => return None,
                0xe0..=0xef | 0xfe => {}
                _ => return None,
            }
        }
    }

    fn frame(&mut self, body: &[u8]) -> Option<()> {
        let &[8, y1, y0, x1, x0, count, ref components @ ..] = body else { return None };
        if !self.components.is_empty() || !matches!(count, 1 | 3) || components.len() != usize::from(count) * 3 {
            return None;
        }
        (self.width, self.height) = (usize::from(x1) << 8 | usize::from(x0), usize::from(y1) << 8 | usize::from(y0));
        for &[id, sampling, quantiser] in components.as_chunks().0 {
            // A scan of one component has units of one block, whatever its header says.
            let (h, v) = if count == 1 { (1, 1) } else { (sampling >> 4, sampling & 15) };
            if !matches!((h, v), (1 | 2 | 4, 1 | 2 | 4)) || quantiser > 3 {
                return None;
            }
            let (h, v, quantiser) = (usize::from(h), usize::from(v), usize::from(quantiser));
            self.components.push(Component { id, h, v, quantiser, dc: 0, ac: 0, wanted: 63 });
        }
        let ids: Vec<u8> = self.components.iter().map(|component| component.id).collect();
        (self.width > 0 && self.height > 0 && ids != *b"RGB").then_some(())
    }

    /// The scan has to hold all components.
    fn scan_header(&mut self, body: &[u8]) -> Option<()> {
        let (&count, rest) = body.split_first()?;
        if self.components.is_empty() || usize::from(count) != self.components.len() {
            return None;
        }
        for (component, &[id, tables]) in self.components.iter_mut().zip(rest.as_chunks().0) {
            if component.id != id {
                return None;
            }
            (component.dc, component.ac) = (usize::from(tables >> 4) & 3, usize::from(tables & 3));
        }
        (rest.len() == usize::from(count) * 2 + 3).then_some(())
    }

    /// The greatest number of blocks of any component in a unit, across and down.
    pub fn sampling(&self) -> (usize, usize) {
        let most = |of: fn(&Component) -> usize| self.components.iter().map(of).max().unwrap_or(1);
        (most(|component| component.h), most(|component| component.v))
    }

    pub fn units_across(&self) -> usize {
        self.width.div_ceil(self.sampling().0 * 8)
    }

    pub fn units_down(&self) -> usize {
        self.height.div_ceil(self.sampling().1 * 8)
    }
}

impl Tables {
    fn huffman(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let symbols = counts.iter().map(|&count| usize::from(count)).sum();
            let table = Table::new(counts, rest.get(..symbols)?)?;
            let tables = if kind >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(kind & 15))? = Some(table);
            body = &rest[symbols..];
        }
        Some(())
    }

    fn quantiser(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = body.split_first() {
            // Sixteen bits belong to pictures of twelve.
            let (values, rest) = rest.split_first_chunk::<64>()?;
            *self.quantisers.get_mut(usize::from(kind))? = Some(values.map(f32::from));
            body = rest;
        }
        Some(())
    }
}
