#!/usr/bin/env node
// `npm test`: installs what is missing and runs every suite under Node 24. Plain JavaScript that any Node can read.
const OLDEST_NODE = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(
    `NODE_TOO_OLD: this is Node ${process.versions.node}; Parley needs Node ${OLDEST_NODE} or later to start ` +
      '(it brings Node 24 itself). Install a current Node with npm and run `npm test` again.',
  );
  process.exitCode = 1;
} else {
  void import('./app/setup/launch.mjs').then(({ launch }) => launch('app/setup/test-main.ts', process.argv.slice(2)));
}
