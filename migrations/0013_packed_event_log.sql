-- The entries of the event log are packed from now on, which plain SQL cannot read.
DROP VIEW event;
DROP VIEW unvouched_event;
DROP VIEW exposure;
