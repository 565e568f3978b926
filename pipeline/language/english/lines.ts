import type { FallbackLines } from '../fallback-lines.ts';

export const lines: FallbackLines = {
  unsure: 'I am not sure about that. Could you put it another way?',
  unsureNear: 'I did not find that either. I can tell you about {topics}. Which of these helps you?',
  offerMessage: 'I cannot help with that myself. Shall I take a message for my colleagues?',
  notHeard: 'Sorry, I did not catch that.',
  holding: 'Sure, take your time.',
  stopped: 'Okay.',
  otherWords: {
    unsure: [
      'I do not know that either, I am afraid. What else would you like to know?',
      'That is something I cannot tell you. Could you ask it differently?',
    ],
    notHeard: ['I still could not hear you well. Could you say it once more?', 'I am sorry, I missed that. Please say it again.'],
    holding: ['Of course, I am here.'],
    stopped: ['All right.'],
    fault: ['I am sorry, that did not work. Please say it once more.'],
  },
  stillThere: ['Are you still there?', 'I cannot hear you. Is there anything I can do for you?'],
  silentGoodbye: 'I will let you go now. Please call again any time. Goodbye.',
  goodbye: 'Thank you for calling. Goodbye.',
  fault: 'I am sorry, I am having some trouble right now. Could you say that again?',
  shutdown: 'I am sorry, we have to end this call now. Please call again in a few minutes. Goodbye.',
  takeMessage: {
    ask: 'I can take a message. Please tell me your name, your number and what it is about.',
    thanks: 'Thank you, I have noted that. Is there anything else?',
  },
  actions: {
    running: 'One moment, please.',
    refusedOtherwise: 'I am sorry, that is not possible.',
    failed: 'I am sorry, that did not work just now.',
    uncertain: 'I am sorry, I could not find out whether that went through. Somebody will check it.',
  },
};
