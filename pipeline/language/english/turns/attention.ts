import { attentionBy } from '../../../text/attention.ts';

export const { asksToWait, isLeadIn } = attentionBy({
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
});
