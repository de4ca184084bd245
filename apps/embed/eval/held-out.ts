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

/** The same conversations in German. */
export const heldOutGerman: Conversations = {
  'brot und pass': [
    ['bread', 'user', 'Mein Sauerteig geht nicht auf. Was mache ich falsch?'],
    ['bread', 'assistant', 'Der Ansatz ist vielleicht zu schwach: füttere ihn zweimal am Tag, bis er sich verdoppelt.'],
    ['bread', 'user', 'Wie warm sollte der Teig sein?'],
    ['passport', 'user', 'Wie lange dauert es, einen Reisepass zu verlängern?'],
    ['passport', 'assistant', 'Vier bis sechs Wochen; mit dem Expressverfahren drei Tage.'],
    ['passport', 'user', 'Brauche ich dafür ein neues Foto?'],
    ['bread', 'user', 'Der Teig klebt jetzt, soll ich Mehl dazugeben?'],
  ],
  'kündigung und pflanze': [
    ['job', 'user', 'Ich möchte meine Stelle kündigen. Wie schreibe ich den Brief?'],
    ['job', 'assistant', 'Kurz: das Datum, dein letzter Tag und ein Wort des Dankes.'],
    ['job', 'user', 'Muss ich meinem Chef den Grund nennen?'],
    ['plant', 'user', 'Die Blätter meiner Monstera bekommen braune Ränder.'],
    ['plant', 'assistant', 'Die Luft ist zu trocken, oder sie bekommt zu viel Sonne.'],
    ['plant', 'user', 'Hilft es, die Blätter mit Wasser zu besprühen?'],
    ['job', 'user', 'Mein Chef bietet mir mehr Gehalt, wenn ich bleibe. Was nun?'],
  ],
  'rede und tabelle': [
    ['speech', 'user', 'Ich muss eine Rede halten, wenn mein Kollege in Rente geht. Hast du Tipps?'],
    ['speech', 'assistant', 'Beginne mit einer Geschichte und ende mit einem Wunsch. Drei Minuten reichen.'],
    ['speech', 'user', 'Ist ein Witz über sein Alter unhöflich?'],
    ['sheet', 'user', 'Wie summiere ich in Excel nur die sichtbaren Zeilen?'],
    ['sheet', 'assistant', 'TEILERGEBNIS mit 109 lässt ausgeblendete Zeilen weg.'],
    ['sheet', 'user', 'Die Formel gibt einen Fehler, wenn eine Zelle leer ist.'],
    ['speech', 'user', 'Soll die Rede seine Familie erwähnen?'],
  ],
  'studio und klavier': [
    ['gym', 'user', 'Wie kündige ich den Vertrag mit meinem Fitnessstudio vorzeitig?'],
    ['gym', 'assistant', 'Suche im Vertrag nach einer Klausel über Umzug oder Krankheit.'],
    ['gym', 'user', 'Dürfen sie mir den Rest des Jahres berechnen?'],
    ['piano', 'user', 'Ist man mit vierzig zu alt, um Klavier zu lernen?'],
    ['piano', 'assistant', 'Nein. Mit zwanzig Minuten am Tag spielst du in einem Jahr einfache Stücke.'],
    ['piano', 'user', 'Brauche ich ein echtes Klavier, oder reicht ein Keyboard?'],
    ['gym', 'user', 'Das Fitnessstudio antwortet nicht auf meinen Brief.'],
  ],
  'mücken und kamera': [
    ['bites', 'user', 'Was hilft gegen Mückenstiche?'],
    ['bites', 'assistant', 'Kühlen, und eine Creme mit Hydrocortison, wenn es sehr juckt.'],
    ['bites', 'user', 'Warum stechen Mücken mich mehr als andere?'],
    ['camera', 'user', 'Ist eine gebrauchte Kamera eine gute Idee für einen Anfänger?'],
    ['camera', 'assistant', 'Ja, wenn der Verschluss weniger als fünfzigtausend Auslösungen hat.'],
    ['camera', 'user', 'Welches Objektiv soll ich zuerst kaufen?'],
    ['bites', 'user', 'Einer der Stiche ist geschwollen und heiß.'],
  ],
}
