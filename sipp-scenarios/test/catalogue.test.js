import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue, findScenario, scenarioPath } from '../index.js';
import { xmlFault } from './xml.js';

const files = readdirSync(new URL('../scenarios/', import.meta.url));

test('every scenario file is in the catalogue, every entry has its file', () => {
  assert.deepEqual([...new Set(catalogue.map((entry) => entry.file))].sort(), files.sort());
});

test('names are unique and findable; an unknown one is refused with the list', () => {
  assert.equal(new Set(catalogue.map((entry) => entry.name)).size, catalogue.length);
  assert.equal(findScenario('voice').file, 'voice.xml');
  assert.throws(() => findScenario('vioce'), /no scenario "vioce"; there are: answer-and-bye/);
});

for (const entry of catalogue) {
  test(`${entry.name}: well-formed, begins a dialogue, media files are declared`, () => {
    const xml = readFileSync(scenarioPath(entry), 'utf8');
    assert.equal(xmlFault(xml), undefined);
    assert.match(xml, /<send[^>]*>\s*<!\[CDATA\[\s*(INVITE|OPTIONS) sip:\[service\]@/);
    const played = [...xml.matchAll(/(?:rtp_stream|play_pcap_audio)="([^",]+)/g)].map((match) => match[1]);
    assert.deepEqual(played, [...(entry.makes ?? []), ...(entry.captures ?? [])]);
    assert.ok(entry.seconds > 0 && entry.proves.length > 10);
  });

  test(`${entry.name}: every INVITE is acknowledged or never answered on purpose`, () => {
    const xml = readFileSync(scenarioPath(entry), 'utf8');
    if (!/INVITE sip:/.test(xml) || entry.name === 'never-acked') return;
    assert.match(xml, /ack_txn="invite"/);
  });
}

test('what is checked by regular expression is used, or SIPp refuses the file', () => {
  for (const file of files) {
    const xml = readFileSync(new URL(`../scenarios/${file}`, import.meta.url), 'utf8');
    const assigned = new Set([...xml.matchAll(/assign_to="([^"]+)"/g)].map((match) => match[1]));
    const referenced = new Set([...xml.matchAll(/<Reference variables="([^"]+)"/g)].flatMap((match) => match[1]?.split(',')));
    assert.deepEqual(assigned, referenced, file);
  }
});
