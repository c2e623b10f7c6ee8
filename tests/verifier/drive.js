// Runs the script of the offline page on the files of a release, as a browser would, and on changed ones.
//
//     node drive.js PAGE FOLDER
//
// Prints what the page says of the release. Ends with 1 if the page accepts a changed byte of any file, or a certificate
// that was changed in one place and sealed again.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const [page, folder] = process.argv.slice(2);
const script = fs.readFileSync(page, 'utf8').split('<script>')[1].split('</script>')[0];
const { verify, sha256, utf8 } = new Function(script + '\nreturn { verify, sha256, utf8 };')();
const files = new Map(fs.readdirSync(folder).map(name => [name, new Uint8Array(fs.readFileSync(path.join(folder, name)))]));

function refuses(changed, what) {
  try { verify(changed); } catch { return; }
  console.error('accepted: ' + what);
  process.exit(1);
}

const counts = verify(files);
for (const [name, bytes] of files) {
  for (let part = 0; part < 20; part++) {
    const at = Math.floor(part * (bytes.length - 1) / 19), changed = bytes.slice();
    changed[at] ^= 1 << part % 8;
    refuses(new Map(files).set(name, changed), `${name}, byte ${at}`);
  }
  const fewer = new Map(files);
  fewer.delete(name);
  refuses(fewer, 'without ' + name);
}

// A fixed sequence (the generator of Numerical Recipes), so that a failure can be repeated.
let state = 20260401;
const below = n => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor(state / 4294967296 * n); };
const claims = ['covered', 'not-small', 'narrow', 'harmless'];
const hex = text => { const at = below(text.length), digit = (parseInt(text[at], 16) ^ 1).toString(16); return text.slice(0, at) + digit + text.slice(at + 1); };
const mutations = [
  proof => { proof.version += 1; },
  proof => { proof.attacker_model += 1; },
  proof => { proof.publication_sha256 = hex(proof.publication_sha256); },
  proof => { proof.ledger_head = hex(proof.ledger_head); },
  proof => { const file = proof.files[below(proof.files.length)]; file[1] = hex(file[1]); },
  proof => { proof.base[below(proof.base.length)] += below(2) ? 1 : -1; },
  proof => { const move = proof.moves[below(proof.moves.length)]; move[below(move.length)][1] += 1; },
  proof => { proof.moves.splice(below(proof.moves.length), 1); },
  proof => { proof.evidence.splice(below(proof.evidence.length), 1); },
  proof => { const entry = proof.evidence[below(proof.evidence.length)]; entry[3] = claims[(claims.indexOf(entry[3]) + 1 + below(3)) % 4]; },
  proof => { proof.evidence[below(proof.evidence.length)][0] += 1; },
  proof => { proof.evidence[below(proof.evidence.length)][1 + below(2)] = proof.moves.length + 1 + below(3); },
];
const original = new TextDecoder().decode(files.get('release.cert.json'));
for (let round = 0; round < 120; round++) {
  const proof = JSON.parse(original), kind = round % mutations.length;
  mutations[kind](proof);
  proof.seal = '';
  proof.seal = sha256(utf8(JSON.stringify(proof)));
  refuses(new Map(files).set('release.cert.json', utf8(JSON.stringify(proof) + '\n')), `mutation ${kind} of round ${round}`);
}
console.log(JSON.stringify(counts));
