/**
 * @typedef {object} Statistics
 * @property {number} created      calls begun
 * @property {number} successful
 * @property {number} failed
 * @property {number} retransmissions
 * @property {number} unexpectedMessages
 * @property {number} mostConcurrent
 * @property {number | undefined} setupMs  mean time from INVITE to 200, where the scenario measures it
 */

/**
 * Reads what SIPp 3.6 writes with `-trace_stat`: semicolon-separated, a heading line, the last line counts.
 * @param {string} csv
 * @returns {Statistics | undefined} undefined while there is no line of figures
 */
export function parseStatistics(csv) {
  const lines = csv.split(/\r?\n/).filter((line) => line.includes(';'));
  const heading = lines[0]?.split(';');
  const last = lines.at(-1)?.split(';');
  if (!heading || !last || lines.length < 2) return undefined;
  const figure = (/** @type {string} */ name) => {
    const value = Number(last[heading.indexOf(name)]);
    return heading.includes(name) && Number.isFinite(value) ? value : 0;
  };
  const setup = last[heading.indexOf('ResponseTimesetup(C)')];
  return {
    created: figure('TotalCallCreated'),
    successful: figure('SuccessfulCall(C)'),
    failed: figure('FailedCall(C)'),
    retransmissions: figure('Retransmissions(C)'),
    unexpectedMessages: figure('FailedUnexpectedMessage(C)'),
    mostConcurrent: figure('CurrentCall') > figure('CallsMax') ? figure('CurrentCall') : figure('CallsMax'),
    setupMs: heading.includes('ResponseTimesetup(C)') ? clockMs(setup) : undefined,
  };
}

/**
 * `00:00:00:012000` (hours, minutes, seconds, microseconds) in milliseconds.
 * @param {string | undefined} text
 * @returns {number | undefined}
 */
function clockMs(text) {
  const match = /^(\d+):(\d+):(\d+)[:.](\d+)/.exec(text ?? '');
  if (!match) return undefined;
  const [, hours, minutes, seconds, fraction = ''] = match;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(`0.${fraction}`) * 1000;
}
