import { expect, it } from 'vitest';
import { bindLog, type Log } from './log.ts';

it('a bound log writes its ids into each line, at the level that was asked for', () => {
  const lines: unknown[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const log = bindLog({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, { callId: 'c1', legId: 'l1' });
  log.debug({}, 'a');
  log.info({ code: 'X' }, 'b');
  log.warn({ legId: 'l2' }, 'c');
  log.error({}, 'd');
  expect(lines).toEqual([
    { level: 'debug', fields: { callId: 'c1', legId: 'l1' }, message: 'a' },
    { level: 'info', fields: { callId: 'c1', legId: 'l1', code: 'X' }, message: 'b' },
    { level: 'warn', fields: { callId: 'c1', legId: 'l2' }, message: 'c' },
    { level: 'error', fields: { callId: 'c1', legId: 'l1' }, message: 'd' },
  ]);
});
