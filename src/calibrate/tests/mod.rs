//! Stores of one agent, built turn by turn, and recorded ones.
