// Runs the offline page's verification on a directory: `node check.js DIR`. Exit code 1 when it refuses.
'use strict';
const fs = require('fs');
const path = require('path');

const page = fs.readFileSync(path.join(__dirname, 'index.html'), 'utf8');
const verify = new Function(page.match(/<script>([\s\S]*)<\/script>/)[1] + '; return verify;')();
const directory = process.argv[2] ?? '.';
const files = new Map(fs.readdirSync(directory).map(name => [name, new Uint8Array(fs.readFileSync(path.join(directory, name)))]));
try {
  console.log(JSON.stringify(verify(files)));
} catch (error) {
  console.error('refused: ' + error.message);
  process.exitCode = 1;
}
