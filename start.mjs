#!/usr/bin/env node
// `npm start`: installs what is missing and goes on under Node 24. Plain JavaScript that any Node can read.
const OLDEST_NODE = 20;
const TARGETS = {
  bench: 'bench/main.ts',
  call: 'bench/talk.ts',
  defaults: 'app/setup/write-defaults.ts',
  transcribe: 'app/transcribe/main.ts',
};

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(
    `NODE_TOO_OLD: this is Node ${process.versions.node}; Parley needs Node ${OLDEST_NODE} or later to start ` +
      '(it brings Node 24 itself). Install a current Node with npm and run `npm start` again.',
  );
  process.exitCode = 1;
} else {
  const args = process.argv.slice(2);
  const target = TARGETS[args[0]];
  void import('./app/setup/launch.mjs').then(({ launch }) => (target ? launch(target, args.slice(1)) : launch('app/main.ts', args)));
}
