import type { Conversations } from './conversations.js'

/** Conversations that were written when the embedder and its topics were finished, and never looked at to improve them. */
export const heldOut: Conversations = {
  'bread and a passport': [
    ['bread', 'user', 'My sourdough does not rise. What am I doing wrong?'],
    ['bread', 'assistant', 'The starter may be too weak: feed it twice a day until it doubles.'],
    ['bread', 'user', 'How warm should the dough be?'],
    ['passport', 'user', 'How long does it take to renew a passport?'],
    ['passport', 'assistant', 'Four to six weeks; with the express service three days.'],
    ['passport', 'user', 'Do I need a new photo for it?'],
    ['bread', 'user', 'The dough is sticky now, should I add flour?'],
  ],
  'a resignation and a plant': [
    ['job', 'user', 'I want to quit my job. How do I write the letter?'],
    ['job', 'assistant', 'Keep it short: the date, your last day, and a word of thanks.'],
    ['job', 'user', 'Must I tell my boss the reason?'],
    ['plant', 'user', 'The leaves of my monstera get brown edges.'],
    ['plant', 'assistant', 'The air is too dry, or it gets too much sun.'],
    ['plant', 'user', 'Would it help to spray the leaves with water?'],
    ['job', 'user', 'My boss offers more salary if I stay. What now?'],
  ],
  'a speech and a spreadsheet': [
    ['speech', 'user', 'I have to give a speech when my colleague retires. Any tips?'],
    ['speech', 'assistant', 'Begin with a story, and end with a wish. Three minutes are enough.'],
    ['speech', 'user', 'Is a joke about his age rude?'],
    ['sheet', 'user', 'How do I sum only the visible rows in Excel?'],
    ['sheet', 'assistant', 'SUBTOTAL with 109 ignores rows that are hidden.'],
    ['sheet', 'user', 'The formula gives an error when a cell is empty.'],
    ['speech', 'user', 'Should the speech mention his family?'],
  ],
  'a gym and a piano': [
    ['gym', 'user', 'How do I cancel my gym membership early?'],
    ['gym', 'assistant', 'Look for a clause about moving or illness in the contract.'],
    ['gym', 'user', 'Can they charge me for the rest of the year?'],
    ['piano', 'user', 'Is forty too old to start the piano?'],
    ['piano', 'assistant', 'No. With twenty minutes a day you play simple pieces in a year.'],
    ['piano', 'user', 'Do I need a real piano, or is a keyboard enough?'],
    ['gym', 'user', 'The gym does not answer my letter.'],
  ],
  'mosquitoes and a camera': [
    ['bites', 'user', 'What helps against mosquito bites?'],
    ['bites', 'assistant', 'Cooling, and a cream with hydrocortisone if it itches a lot.'],
    ['bites', 'user', 'Why do mosquitoes bite me more than others?'],
    ['camera', 'user', 'Is a used camera a good idea for a beginner?'],
    ['camera', 'assistant', 'Yes, if the shutter has less than fifty thousand releases.'],
    ['camera', 'user', 'Which lens should I buy first?'],
    ['bites', 'user', 'One of the bites is swollen and hot.'],
  ],
}
