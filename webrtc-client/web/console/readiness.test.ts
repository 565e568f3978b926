import { describe, expect, it } from 'vitest';
import { INSECURE_CONTEXT, isMended, unexpected } from './notices.ts';
import { readinessOf } from './readiness.ts';
import { FORGOTTEN, readRemembered } from './settings.ts';
import { captionOf, endWords, stateWords } from './words.ts';

describe('readinessOf', () => {
  it('lets a call begin when it would be answered', () => {
    expect(readinessOf({ kind: 'report', health: { status: 'ready' } })).toEqual({ canCall: true, nextLookMs: 20_000 });
    const degraded = readinessOf({
      kind: 'report',
      health: { status: 'degraded', services: [{ name: 'llm', state: 'restarting', reason: 'signal SIGKILL' }] },
    });
    expect(degraded.canCall).toBe(true);
    expect(degraded.notice?.text).toBe('You can call, but expect apologies: the language model is restarting (signal SIGKILL).');
  });

  it('says what is missing otherwise, and looks again soon', () => {
    for (const status of ['starting', 'draining', 'something-new']) {
      expect(readinessOf({ kind: 'report', health: { status } })).toMatchObject({ canCall: false, nextLookMs: 2_000 });
    }
    expect(readinessOf({ kind: 'unreachable' })).toMatchObject({ canCall: false, notice: { tone: 'trouble' } });
    expect(
      readinessOf({ kind: 'report', health: { status: 'starting', services: [{ name: 'tts', state: 'starting' }] } }).notice?.text,
    ).toContain('the voice is starting');
  });
});

describe('what the page remembers', () => {
  it('survives whatever is stored', () => {
    for (const junk of [null, '', '{', '[]', '7', 'null', '{"theme":"pink","transport":1,"persona":{}}'])
      expect(readRemembered(junk)).toEqual(FORGOTTEN);
    expect(readRemembered('{"persona":"chat","transport":"websocket","theme":"dark"}')).toEqual({
      ...FORGOTTEN,
      persona: 'chat',
      transport: 'websocket',
      theme: 'dark',
    });
  });
});

describe('words', () => {
  it('reads finished sentences to screen readers, not partial ones', () => {
    expect(captionOf({ kind: 'caller-partial', atMs: 0, text: 'what' })).toBeUndefined();
    expect(captionOf({ kind: 'caller-final', atMs: 0, text: 'What time?', confidence: 1 })).toBe('You: What time?');
    expect(captionOf({ kind: 'ended', atMs: 0, reason: 'bot/goodbye' })).toBe('The bot said goodbye.');
  });

  it('has something to say of reasons and states that it does not know', () => {
    expect(endWords('system/new-reason')).toBe('The call ended (system/new-reason).');
    expect(stateWords('dancing' as 'idle').word).toBe('dancing');
  });

  it('tells failures with what to do, its own too', () => {
    expect(INSECURE_CONTEXT.advice).toContain('https');
    expect(unexpected(Object.assign(new Error('x'), { code: 'A', text: 'b.', advice: 'c.' }))).toMatchObject({
      code: 'A',
      text: 'b.',
      advice: 'c.',
    });
    expect(unexpected(undefined)).toMatchObject({ code: 'PAGE_FAULT' });
  });

  it('puts trouble with the sound away once there is sound', () => {
    expect(isMended('NO_AUDIO', { callerDbov: -127, botDbov: -30 })).toBe(true);
    expect(isMended('NO_AUDIO', { callerDbov: -30, botDbov: -127 })).toBe(false);
    expect(isMended('MICROPHONE_SILENT', { callerDbov: -30, botDbov: -127 })).toBe(true);
    expect(isMended('TOO_MANY_CALLS', { callerDbov: 0, botDbov: 0 })).toBe(false);
  });
});
