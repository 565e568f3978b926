/**
 * What callers say that no front desk has an entry for: bare answers, names and numbers, general knowledge, small talk.
 * These stand beside a persona's entries when the nearest wording is sought, and win where an entry would only be the
 * least far. English; in other languages they are far from everything and do nothing.
 */
export const OFF_TOPIC: readonly string[] = [
  // Bare answers, names, numbers, times
  'Yes', 'No', 'Maybe', 'I do not know', 'Nothing', 'Three', 'Four people', 'One hour', 'Twenty minutes', 'Tomorrow', 'Monday morning', 'Five o clock',
  'At half past six', 'Seventeen', 'The red one', 'London', 'San Francisco', 'Park Avenue', 'Fifteen Main Street', 'My name is Thomas', 'I am Maria',
  'My number is two one two, five five five', 'One two three four five', 'It is seven oh three', 'Just a moment', 'Let me think', 'Not that one', 'That is wrong',
  // General knowledge
  'What is the capital of Spain?', 'How old is the Eiffel Tower?', 'Who invented the telephone?', 'How far is it to the moon?', 'How high is the highest mountain?',
  'How long does a flight to Paris take?', 'Who is the king of England?', 'What is ten times ten?', 'How many people live in China?', 'What is the biggest animal?',
  'Who wrote that book?', 'What year is it?', 'What day is it today?', 'What time is it now?', 'What is the temperature outside?', 'Will it rain tomorrow?',
  // Things that other services do
  'Tell me a story', 'Make me laugh', 'Play some music', 'Do my homework', 'Explain that to me', 'Translate a sentence', 'How do I bake a cake?', 'Write me a letter',
  'I want to buy a phone', 'Do you sell clothes?', 'My phone is broken', 'My printer does not work', 'What is my bank balance?', 'I need a doctor', 'What are the news?',
  'Where can I buy shoes?', 'I need a job', 'Can you fix my bicycle?', 'Who won the match?', 'How much is this phone?',
  // Small talk
  'How are you?', 'Do you like movies?', 'I am tired', 'I love you', 'How was your weekend?', 'You are funny', 'Do you have children?', 'What do you think about politics?',
];
