import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Scenario
 * @property {string} name       what `runScenario` and the command line take
 * @property {string} file       in `scenarios/`
 * @property {string} proves     one line
 * @property {'udp' | 'tcp'} [transport]  default udp
 * @property {'voice.ulaw'[]} [makes]     media made at run time
 * @property {string[]} [captures]        files of Debian's sip-tester that it plays
 * @property {boolean} [root]             sends captures, which needs raw sockets
 * @property {'full' | 'nobody' | 'ringing'} [needs]  the callee has to be full, not to know the user part, or to ring for 100 ms at least
 * @property {number} seconds    how long one call takes at most, the time of the callee included
 */

/** @type {readonly Scenario[]} */
export const catalogue = [
  { name: 'answer-and-bye', file: 'answer-and-bye.xml', seconds: 10, proves: 'a plain call is answered and ended' },
  { name: 'tcp', file: 'answer-and-bye.xml', transport: 'tcp', seconds: 10, proves: 'the same over TCP' },
  { name: 'bye-in-mid-sentence', file: 'bye-in-mid-sentence.xml', seconds: 8, proves: 'hanging up while the callee speaks' },
  { name: 'bye-from-callee', file: 'bye-from-callee.xml', seconds: 95, proves: 'the callee can end the call' },
  { name: 'silent-caller', file: 'silent-caller.xml', seconds: 95, proves: 'a caller without RTP is let go' },
  { name: 'cancel-while-ringing', file: 'cancel-while-ringing.xml', needs: 'ringing', seconds: 8, proves: 'CANCEL ends a call that rings' },
  { name: 'cancel-crossing-200', file: 'cancel-crossing-200.xml', seconds: 8, proves: 'a CANCEL that is too late does no harm' },
  { name: 'lost-ack', file: 'lost-ack.xml', seconds: 40, proves: 'the 200 is sent again until an ACK comes' },
  { name: 'never-acked', file: 'never-acked.xml', seconds: 50, proves: 'a call that is never acknowledged is ended' },
  { name: 'delayed-ack', file: 'delayed-ack.xml', seconds: 8, proves: 'a late ACK still counts' },
  { name: 'lost-200', file: 'lost-200.xml', seconds: 40, proves: 'a lost 200 comes again' },
  { name: 'invite-without-sdp', file: 'invite-without-sdp.xml', seconds: 10, proves: 'the offer is in the 200, the answer in the ACK' },
  {
    name: 'hold-and-resume',
    file: 'hold-and-resume.xml',
    seconds: 10,
    proves: 'hold is answered with recvonly or inactive, resume with sound',
  },
  { name: 'reinvite-port-change', file: 'reinvite-port-change.xml', seconds: 8, proves: 'media may move to another port' },
  {
    name: 'reinvite-without-sdp',
    file: 'reinvite-without-sdp.xml',
    seconds: 10,
    proves: 'an offer within the call keeps every media line',
  },
  { name: 'fax-in-mid-call', file: 'fax-in-mid-call.xml', seconds: 10, proves: 'T.38 in place of audio: 488, and the call goes on' },
  { name: 'multipart', file: 'multipart.xml', seconds: 8, proves: 'an offer in a multipart body is found' },
  { name: 'wrong-codec', file: 'wrong-codec.xml', seconds: 6, proves: 'no common codec: 488 with a Warning' },
  { name: 'no-audio', file: 'no-audio.xml', seconds: 6, proves: 'an offer without audio: 488' },
  { name: 'too-many-calls', file: 'too-many-calls.xml', needs: 'full', seconds: 6, proves: 'a full callee: 503 with Retry-After' },
  { name: 'unknown-address', file: 'unknown-address.xml', needs: 'nobody', seconds: 6, proves: 'an unknown user part: 404' },
  { name: 'options', file: 'options.xml', seconds: 6, proves: 'OPTIONS: 200 with Allow and Accept' },
  { name: 'voice', file: 'voice.xml', makes: ['voice.ulaw'], seconds: 15, proves: 'voice by rtp_stream while the call lasts' },
  {
    name: 'dtmf-rfc4733',
    file: 'dtmf-rfc4733.xml',
    captures: ['dtmf_2833_1.pcap', 'dtmf_2833_pound.pcap'],
    root: true,
    seconds: 10,
    proves: 'digits 1 and # as telephone events',
  },
  { name: 'dtmf-info', file: 'dtmf-info.xml', seconds: 8, proves: 'digits 5 and # by INFO' },
];

/**
 * @param {string} name
 * @returns {Scenario}
 */
export function findScenario(name) {
  const scenario = catalogue.find((entry) => entry.name === name);
  if (!scenario) throw new Error(`There is no scenario "${name}"; there are: ${catalogue.map((entry) => entry.name).join(', ')}`);
  return scenario;
}

/**
 * @param {Scenario} scenario
 * @returns {string} absolute path of its XML
 */
export function scenarioPath(scenario) {
  return fileURLToPath(new URL(`../scenarios/${scenario.file}`, import.meta.url));
}
