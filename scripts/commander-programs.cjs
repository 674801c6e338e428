// Of node:child_process, what commander uses, and only once it does: for a subcommand that is a program of its own. There is none.
exports.spawn = (...call) => require('node:child_process').spawn(...call)
