#!/usr/bin/env node
// This file has to run on every Node.js: the rest is loaded after the check of the version.
const version = process.versions.node.split('.').map(Number)
const isSupported = version[0]! > 20 || (version[0] === 20 && version[1]! >= 19)

if (isSupported) {
  void import('./main.js')
} else {
  process.stderr.write(`driftos-ports needs Node.js 20.19 or newer; this is Node.js ${process.versions.node}.\n`)
  process.exitCode = 2
}
