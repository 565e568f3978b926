import type { CorrectionWords } from '../../../dialogue/slots/corrections.ts';
import { phrases } from '../../../dialogue/slots/tokens.ts';

export const english: CorrectionWords = {
  fillers: phrases('um', 'uh', 'er', 'erm', 'oh', 'ah', 'hm', 'hmm', 'well', 'okay', 'ok', 'so', 'yeah', 'yes', 'please', 'but', 'and', 'excuse me'),
  polite: phrases('please', 'could you', 'can you', 'would you', 'can we', 'could we', "let's", 'let us', 'can i', 'could i', "i'd like to", 'i would like to', 'i want to', "i'd rather", 'just', 'actually', 'sorry', 'i need to', 'i have to', 'you know what', 'then', 'would you please', 'will you'),
  endings: phrases('please', 'again', 'thanks', 'thank you', 'for me', 'now', 'then', 'one more time', 'once more', 'sorry'),
  denials: phrases('no', 'nope', 'nah', 'no no', 'no no no', 'wrong', "that's wrong", 'that is wrong', "that's not right", 'that is not right', "that's not correct", 'that is not correct', "that isn't right", 'incorrect', 'not quite', 'no thanks'),
  corrections: phrases(
    'actually', 'i meant', 'i mean', 'i said', 'make it', 'make that', "let's make it", "let's make that", 'can you make it', 'could you make it', 'can we make it', 'could we make it', 'please make it', 'rather', 'instead', 'sorry',
    'correction', 'wait', "it's actually", 'it should be', 'it should have been', 'that should be', 'should be', "let's say", "let's do", 'better make it', 'i would rather', "i'd rather", 'i wanted', 'rather make it',
    'change it to', 'change that to', 'switch it to', 'switch to', 'on second thought', 'on second thoughts', 'let me correct that', 'i misspoke', 'pardon', 'scratch that', 'strike that', 'hold on',
  ),
  inside: phrases('no', 'no wait', 'no sorry', 'no make it', 'no make that', 'i mean', 'i meant', 'sorry i mean', 'sorry i meant', 'or rather', 'make that', 'no i mean', 'no i meant', 'wait no', 'actually no', 'actually make it', 'scratch that', 'correction', 'no actually', 'sorry make it', 'sorry make that'),
  change: phrases('change', 'correct', 'modify', 'update', 'switch', 'alter', 'edit', 'fix', 'get the wrong', 'got the wrong', 'have the wrong', 'different'),
  articles: phrases('the', 'my', 'that', 'a', 'an', 'your', 'to the', 'our'),
  isWrong: phrases('is wrong', 'was wrong', 'is not right', "isn't right", 'is incorrect', 'is not correct', "isn't correct", 'was not right', 'are wrong', 'needs to change', 'should change', 'has to change'),
  buts: phrases('but', 'but rather', 'it is', "it's", 'rather', 'make it', 'i said', 'i meant', 'i mean', 'on the contrary'),
  into: new Set(['to', 'into', 'for', 'from']),
  it: new Set(['it', 'that', 'this', '']),
  not: new Set(['not']),
  but: new Set(['but', "it's", 'rather']),
  and: new Set(['and']),
  no: new Set(['no']),
  notRejected: new Set(['sure', 'yet', 'really', 'now', 'right', 'correct', 'quite', 'exactly', 'at', 'know', 'that', 'what', 'want', 'need', 'have', 'be', 'think', 'a']),
  meta: [
    ['repeat', phrases(
      'repeat', 'repeat that', 'repeat it', 'repeat the question', 'repeat please', 'say that again', 'say it again', 'say again', 'come again', 'pardon', 'pardon me', 'i beg your pardon', 'what did you say', 'what was that', 'what was the question',
      'one more time', 'once more', 'once again', 'again', 'what', 'sorry', "i didn't hear you", "i didn't hear that", "i didn't catch that", "i didn't get that", 'i did not hear that', 'i did not catch that', 'excuse me', 'huh', "couldn't hear you", "i couldn't hear you", 'ask again', 'ask me again', 'read that again', 'read it back', 'read that back',
    )],
    ['back', phrases('go back', 'back', 'back up', 'go one back', 'one step back', 'go back one', 'go back one step', 'go to the previous one', 'go to the previous question', 'previous', 'previous question', 'the previous question', 'the one before', 'step back', 'undo', 'undo that', 'take a step back')],
    ['restart', phrases('start again', 'start over', 'start all over', 'start from the beginning', 'start from scratch', 'begin again', 'from the beginning', 'from the top', 'restart', 'all over again', 'start the whole thing again', 'start new', 'start anew', 'reset', 'do it all again', "let's begin again", 'begin from the top', 'begin from the beginning', 'begin from the start', 'try again from the start', 'go back to the beginning', 'go back to the start')],
    ['help', phrases(
      'help', 'help me', 'what do you need', 'what do you need from me', 'what do you need to know', 'what do you want to know', 'what do you want', 'what else do you need', 'what else do you need to know', 'what do you still need', 'what do you still need to know', 'what information do you need', 'what can i say', 'what should i say', 'what are my options',
      'what are the options', 'what are the choices', 'what are my choices', 'what is possible', 'which ones are there', 'what is there', 'which rooms are there', 'what do you mean', 'what does that mean', 'how does this work', 'what do i have to say', 'what do i say', "i don't understand", 'i do not understand', 'what options do i have', 'what is missing', "what's missing", 'i need help', 'what kind of information do you need',
    )],
    ['cancel', phrases(
      'never mind', 'nevermind', 'cancel', 'cancel that', 'cancel it', 'cancel everything', 'cancel the booking', 'forget it', 'forget that', 'forget about it', 'forget the whole thing', 'stop', 'stop it', 'stop that', 'abort', 'quit', 'exit', "i don't want that", "i don't want it", "i don't want to", "i don't want to anymore", "i don't want to book anything", "i don't want to book", "i don't want to book a room", "i don't want to book it", 'never mind the booking', "i don't want it anymore",
      'i changed my mind', "i've changed my mind", 'leave it', "let's leave it", 'let it be', 'drop it', 'call it off', 'not interested', "i'm not interested", 'do not book it', "don't book it", "don't book anything", 'do not book anything',
    )],
    ['skip', phrases('skip', 'skip that', 'skip it', 'skip this', 'next', 'next question', 'skip this one', 'skip that one', "i don't have one", 'i do not have one', "i'd rather not say", 'rather not say', 'no answer', 'none', 'leave it out', 'leave that out', 'leave it empty', 'leave it blank', 'pass')],
    ['unknown', phrases("i don't know", 'i do not know', "don't know", 'no idea', 'i have no idea', "i'm not sure", 'i am not sure', 'not sure', "i don't remember", 'i do not remember', "i can't remember", 'i forgot', "i've forgotten", "i don't know yet", 'not sure yet', "i'm not sure yet", "i haven't decided", "i haven't decided yet", 'who knows', "i couldn't say")],
    ['wait', phrases('wait', 'wait a minute', 'wait a moment', 'wait a second', 'hold on', 'hold on a second', 'hold on a minute', 'hang on', 'hang on a second', 'one moment', 'just a moment', 'just a minute', 'just a second', 'one second', 'one sec', 'just a sec', 'a moment', 'give me a second', 'give me a moment', 'give me a minute', 'let me see', 'let me check', 'let me think', 'bear with me')],
  ],
};
