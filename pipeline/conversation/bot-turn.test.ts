import { describe, expect, it } from 'vitest';
import { InvariantError } from '#domain/assert';
import { ms, ratio } from '#domain/units';
import { say, type ReplyPlan } from '../dialogue/reply-plan.ts';
import { speech } from '../language/english/speech/english.ts';
import { pipelineOptions } from '../options.ts';
import { BotTurn, type TurnState } from './bot-turn.ts';

const STATES: readonly TurnState[] = ['guessed', 'prepared', 'accepted', 'open', 'closed'];
const PLAN = say(['The pool is open.'], 'knowledge', { detail: { entry: 'pool' } });
const LLM: ReplyPlan = { kind: 'llm', facts: [], detail: {} };
const NOBODY = { tone: undefined, manner: undefined };

function made(state: 'guessed' | 'prepared' = 'prepared'): BotTurn {
  const heard = { confidence: ratio(1), keys: false };
  const start = { turnId: 7, callerText: 'Where is the pool?', recordedText: 'Where is the pool?', source: 'llm' as const, heard, state };
  return new BotTurn(start, pipelineOptions.parse({}), speech, () => false);
}

/** A turn that has come so far. */
function turnIn(state: TurnState): BotTurn {
  const turn = made(state === 'guessed' ? 'guessed' : 'prepared');
  if (state === 'guessed' || state === 'prepared') return turn;
  turn.accept({});
  if (state === 'accepted') return turn;
  turn.open(ms(1_000));
  if (state === 'closed') turn.close();
  return turn;
}

interface Row {
  readonly input: string;
  readonly give: (turn: BotTurn) => unknown;
  /** The states in which it may come, and the state that it leads to. */
  readonly leads: Partial<Record<TurnState, TurnState>>;
}

const BEFORE = { guessed: 'guessed', prepared: 'prepared' } as const;
const SAID = { accepted: 'accepted', open: 'open' } as const;
const TABLE: readonly Row[] = [
  { input: 'confirm', give: (turn) => turn.confirm(), leads: { guessed: 'prepared' } },
  { input: 'accept', give: (turn) => turn.accept({}), leads: { guessed: 'accepted', prepared: 'accepted' } },
  { input: 'open', give: (turn) => turn.open(ms(1_000)), leads: { accepted: 'open' } },
  { input: 'close', give: (turn) => turn.close(), leads: { open: 'closed' } },
  { input: 'defer', give: (turn) => turn.defer(LLM), leads: BEFORE },
  { input: 'holdCalls', give: (turn) => turn.holdCalls([]), leads: BEFORE },
  { input: 'takeHeldCalls', give: (turn) => turn.takeHeldCalls(), leads: SAID },
  { input: 'actionBegun', give: (turn) => turn.actionBegun(), leads: SAID },
  { input: 'actionOver', give: (turn) => turn.actionOver(), leads: SAID },
  { input: 'tellResult', give: (turn) => turn.tellResult(), leads: SAID },
  { input: 'fail', give: (turn) => turn.fail('text', 'LLM_TIMEOUT', 'Sorry.'), leads: SAID },
  { input: 'tellTone', give: (turn) => turn.tellTone(), leads: { open: 'open' } },
  { input: 'word', give: (turn) => turn.word(PLAN, NOBODY), leads: { ...BEFORE, ...SAID } },
  { input: 'follow', give: (turn) => turn.follow(ms(1_000), PLAN), leads: { ...BEFORE, ...SAID } },
  { input: 'toneSpokenFor', give: (turn) => turn.toneSpokenFor(undefined), leads: { ...BEFORE, ...SAID } },
  { input: 'useTools', give: (turn) => turn.useTools(undefined), leads: { ...BEFORE, ...SAID } },
  { input: 'endCallAfter', give: (turn) => turn.endCallAfter({ by: 'bot', code: 'goodbye' }), leads: { ...BEFORE, ...SAID } },
  { input: 'note', give: (turn) => turn.note({ rule: 'typed' }), leads: { ...BEFORE, ...SAID } },
  { input: 'noteCause', give: (turn) => turn.noteCause('TTS_EMPTY'), leads: { ...BEFORE, ...SAID } },
];

describe('a turn of the bot', () => {
  for (const { input, give, leads } of TABLE) {
    for (const state of STATES) {
      const next = leads[state];
      it(`${input} while ${state}: ${next ?? 'a defect'}`, () => {
        const turn = turnIn(state);
        if (next === undefined) expect(() => give(turn)).toThrow(InvariantError);
        else give(turn);
        expect(turn.state).toBe(next ?? state);
      });
    }
  }

  it('leaves no sound before it is open', () => {
    const turn = made();
    turn.follow(ms(0), PLAN);
    turn.speech.say(PLAN.texts);
    expect(turn.pump().map(({ kind }) => kind)).toEqual(['speak']);
    turn.speech.pcm(0, new Int16Array(2_400));
    turn.speech.pieceMade(0);
    expect(turn.pump()).toEqual([]);
    turn.accept({});
    expect(turn.pump()).toEqual([]);
    turn.open(ms(900));
    expect(turn.pump().map((action) => (action.kind === 'media' ? action.command.kind : action.kind))).toEqual(['play', 'play-end']);
  });

  it.each<{ readonly name: string; readonly give: (turn: BotTurn) => void; readonly waitsFor: BotTurn['waitsFor'] }>([
    { name: 'the look-up', give: () => undefined, waitsFor: 'answer' },
    { name: 'words of the LLM', give: (turn) => turn.follow(ms(0), LLM), waitsFor: 'llm' },
    { name: 'an action', give: (turn) => turn.actionBegun(), waitsFor: 'action' },
    {
      name: 'words again, once the action is over',
      give: (turn) => (turn.follow(ms(0), LLM), turn.actionBegun(), turn.actionOver()),
      waitsFor: 'llm',
    },
    { name: 'speech', give: (turn) => (turn.speech.say(['Here.']), turn.pump()), waitsFor: 'tts' },
    { name: 'playout', give: (turn) => turn.speech.endText(), waitsFor: 'playout' },
  ])('waits for $name', ({ give, waitsFor }) => {
    const turn = turnIn('open');
    give(turn);
    expect(turn.waitsFor).toBe(waitsFor);
  });

  it.each<{ readonly name: string; readonly give: (turn: BotTurn) => void; readonly acted: readonly [boolean, boolean, boolean] }>([
    { name: 'nothing', give: () => undefined, acted: [false, false, false] },
    { name: 'an action that runs', give: (turn) => turn.actionBegun(), acted: [true, true, false] },
    { name: 'an action that is over', give: (turn) => (turn.actionBegun(), turn.actionOver()), acted: [true, false, false] },
    { name: 'the end of none', give: (turn) => turn.actionOver(), acted: [false, false, false] },
    { name: 'a result that is told', give: (turn) => (turn.actionBegun(), turn.tellResult()), acted: [true, false, true] },
    { name: 'a result of an earlier turn', give: (turn) => turn.tellResult(), acted: [true, false, true] },
    { name: 'a result that led to the next action', give: (turn) => (turn.tellResult(), turn.actionBegun()), acted: [true, true, true] },
  ])('knows of $name', ({ give, acted }) => {
    const turn = turnIn('open');
    give(turn);
    expect([turn.hasActed, turn.awaitsAction, turn.tellsResult]).toEqual(acted);
  });

  it('takes its source, its record and its end from the plan', () => {
    const turn = turnIn('accepted');
    turn.follow(ms(0), { ...PLAN, followUp: 'hang-up' });
    expect([turn.source, turn.detail, turn.endReason]).toEqual(['knowledge', { entry: 'pool' }, { by: 'bot', code: 'goodbye' }]);
    turn.fail('speech', 'TTS_TIMEOUT', 'Sorry.');
    expect([turn.source, turn.failure]).toEqual(['fault', 'TTS_TIMEOUT']);
    turn.fail('text', 'LLM_TIMEOUT', 'Sorry.');
    expect(turn.failure).toBe('TTS_TIMEOUT');
  });

  it('follows what it had put off once', () => {
    const turn = turnIn('guessed');
    turn.defer(LLM);
    turn.confirm();
    expect([turn.takeDeferred(), turn.takeDeferred()]).toEqual([LLM, undefined]);
  });

  it('counts its stages from the last sound of the caller, and has none where nobody spoke', () => {
    const turn = made();
    turn.follow(ms(1_250), PLAN);
    turn.accept({ anchorMs: ms(1_000), stages: { turnEndMs: ms(300) } });
    turn.times.pcmCame(ms(1_400));
    turn.times.pcmCame(ms(1_800));
    turn.times.packetLeft(ms(1_450));
    expect(turn.times.stages).toEqual({ turnEndMs: 300, answerMs: 250, firstPcmMs: 400, firstPacketMs: 450 });
    expect(turnIn('open').times.stages).toEqual({});
  });
});
