//! The command as processes, spoken to as its users do.

mod hostile;
mod logs;
mod process;
mod screens;
mod scribble;
