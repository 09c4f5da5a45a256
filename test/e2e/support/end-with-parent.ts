/**
 * Loaded before a server that a test starts: however the tests end, their end of the pipe closes, and the server ends with
 * everything in its process group.
 */
process.stdin.once("close", () => process.kill(-process.pid, "SIGKILL"));
process.stdin.resume();
