import { attentionBy } from '../../../text/attention.ts';

export const { asksAgain, asksToGoOn, asksToWait, isLeadIn } = attentionBy({
  holds: [
    'hold on', 'hold on a second', 'hold on a moment', 'hold on a minute', 'hold on one second', 'hold on a sec', 'hang on', 'hang on a second', 'hang on a minute',
    'hang on a sec', 'wait', 'wait a second', 'wait a moment', 'wait a minute', 'wait a sec', 'one moment', 'one second', 'one sec', 'one minute', 'just a moment',
    'just a second', 'just a sec', 'just a minute', 'just one moment', 'just one second', 'just wait', 'a moment', 'give me a second', 'give me a moment', 'give me a minute', 'give me a sec',
    'let me think', 'let me see', 'let me check', 'bear with me',
  ],
  stops: [
    'stop', 'stop it', 'stop that', 'stop talking', 'stop speaking', 'enough', "that's enough", 'that is enough', 'be quiet', 'quiet', 'shut up', 'hush', 'pause', 'silence',
  ],
  polite: ['please', 'okay', 'ok', 'oh', 'no', 'sorry', 'thanks', 'thank you', 'just', 'now', 'hey', 'uh', 'um', 'so', 'well', 'yes', 'yeah'],
  leadIns: ['excuse me', 'pardon me', 'hello', 'hi', 'actually', 'listen', 'look', 'right', 'but', 'great', 'good', 'perfect', 'all right', 'alright', 'and', 'yes but', 'no wait', 'i', 'can i', 'could you'],
  agains: [
  'what', 'what was that', 'what did you say', 'what was that again', 'pardon', 'pardon me', 'i beg your pardon', 'beg your pardon', 'excuse me what', 'come again', 'again', 'once more',
  'one more time', 'say that again', 'say it again', 'say again', 'say that once more', 'say that one more time', 'repeat', 'repeat that', 'repeat it', 'repeat please', 'say that', 'huh', 'sorry what',
  'i did not catch that', "i didn't catch that", 'i did not get that', "i didn't get that", 'i did not hear that', "i didn't hear that", 'i did not hear you', "i didn't hear you",
],
  slowers: [
  'slower', 'slowly', 'more slowly', 'a bit slower', 'a little slower', 'a bit more slowly', 'a little more slowly', 'not so fast', 'too fast', "that's too fast", 'that was too fast', 'speak slower',
  'speak more slowly', 'speak slowly', 'say that slower', 'say it slower', 'say that more slowly', 'say that slowly', 'say it slowly', 'slow down', 'you are too fast', "you're too fast", 'talk slower', 'talk more slowly',
],
  asking: ['can you', 'could you', 'would you', 'will you', 'can i hear', 'i want you to', 'i am', "i'm", 'that', 'it', 'a bit', 'a little'],
  goOns: [
  'go on', 'go ahead', 'continue', 'carry on', 'keep going', 'please continue', 'go on please', 'you were saying', 'what were you saying', 'finish that', 'finish your sentence', 'proceed',
],
});
