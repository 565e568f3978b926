import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStatistics } from '../index.js';

const HEADING =
  'StartTime;LastResetTime;TotalCallCreated;CurrentCall;SuccessfulCall(P);SuccessfulCall(C);FailedCall(P);FailedCall(C);FailedUnexpectedMessage(C);Retransmissions(C);ResponseTimesetup(P);ResponseTimesetup(C);';

test('the last line counts, the cumulated columns are read', () => {
  const csv = `${HEADING}\na;b;1;1;0;0;0;0;0;0;00:00:00:000000;00:00:00:000000;\na;b;9;0;1;7;0;2;1;4;00:00:00:001000;00:00:01:012500;\n`;
  assert.deepEqual(parseStatistics(csv), {
    created: 9,
    successful: 7,
    failed: 2,
    retransmissions: 4,
    unexpectedMessages: 1,
    mostConcurrent: 0,
    setupMs: 1012.5,
  });
});

test('a scenario that measures no set-up time', () => {
  assert.equal(parseStatistics('TotalCallCreated;SuccessfulCall(C);\n3;3;\n')?.setupMs, undefined);
});

for (const csv of ['', HEADING, 'nonsense', ';;;\n']) {
  test(`no figures in ${JSON.stringify(csv.slice(0, 12))}`, () => assert.equal(parseStatistics(csv), undefined));
}
