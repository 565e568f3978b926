import { describe, expect, it } from 'vitest';
import { readYesNo } from '../create-slot-type.ts';
import { english } from '../../../language/english/slots/english.ts';
import { nothing, readingTable, which } from '../testing/reading-table.ts';

describe('yes and no', () => {
  readingTable({ type: 'yes-no' }, {}, [
    ['yes', true], ['Yes.', true], ['yeah', true], ['yep, please', true], ['um, yes', true], ['sure', true], ['of course', true], ["that's right", true], ['correct', true], ['exactly', true], ['okay', true], ['sounds good', true], ['please do', true], ['go ahead', true],
    ['no problem', true], ['why not', true], ['I think so', true], ['uh-huh', true], ['yes, no problem', true], ['yes yes', true], ['it is', true], ['I would say yes', true], ['absolutely', true],
    ['no', false], ['No, thank you.', false], ['nope', false], ["that's not right", false], ["that's wrong", false], ["I don't think so", false], ['not really', false], ['absolutely not', false], ["it isn't", false], ['no way', false], ['certainly not', false], ['no no no', false],
    // "No", as recognition writes it when it stands alone.
    ['Now.', false], ['now...', false], ['know', false], ['right now', nothing], ['now what', nothing],
    ['yes and no', which(true, false)], ['no, yes', which(false, true)],
    ['no idea', nothing], ["I don't know", nothing], ['what?', nothing], ['two people', nothing], ['right now', nothing], ['I do not', false], ['it is not', false], ['', nothing], ['yes or no', nothing], ['tomorrow', nothing], ['I am not okay', false],
  ]);
  readingTable({ type: 'yes-no' }, { asked: false }, [['yes', nothing], ['no', nothing]]);

  it('doubts a yes with a but', () => {
    for (const text of ['yes, but at three', 'yes, wait', 'okay, what was the price?', 'yes if it is free']) expect(readYesNo(text, english)).toMatchObject({ kind: 'value', value: true, confidence: 0.5 });
  });

  it('leaves what follows the answer to others', () => {
    expect(readYesNo('no, three people', english)).toEqual({ kind: 'value', value: false, span: [0, 2], confidence: 1 });
  });
});
