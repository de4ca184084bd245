/** A conversation to play: texts on which the hashing embedder branches, stays, and goes back. */
export interface Sample {
  readonly title: string
  readonly texts: readonly string[]
}

/** Each has all three decisions in it. */
export const samples: readonly Sample[] = [
  {
    title: 'A trip, and dinner tonight',
    texts: [
      'I want to plan a week in Lisbon in May. Which neighbourhood is good for a first visit?',
      'Our budget is 1200 euros for the hotel and the flight.',
      'Is a hotel there expensive in spring?',
      'By the way, what can I cook tonight with chickpeas and spinach?',
      'Do I need coconut milk for the curry?',
      'Back to Lisbon: can I take the train from the airport to the hotel?',
      'And a day trip to Sintra by train, is that worth it?',
      'Which spice goes into a curry with chickpeas?',
    ],
  },
  {
    title: 'A bug, and a holiday from it',
    texts: [
      'My Node server crashes with "heap out of memory" when I parse a large JSON file.',
      'Can you show me the code for a streaming JSON parser?',
      'My favourite language is TypeScript, so please write the code in that.',
      'I have two weeks of vacation in August. Beach or mountains?',
      'Flights to Greece look cheap, what about the islands?',
      'OK, the server runs now, but the memory of the process keeps growing.',
      'Which hotel on a Greek island has a beach?',
    ],
  },
  {
    title: 'Tomatoes, taxes and a guitar',
    texts: [
      'The leaves of my tomato plants turn yellow from the bottom up.',
      'Which fertilizer do tomatoes like?',
      'When is the deadline for my tax return this year?',
      'Can I deduct my home office from the tax?',
      'I am learning guitar. Which chords should a beginner practise first?',
      'My guitar is a Yamaha, and the strings buzz when I change chords.',
      'The tomatoes have brown spots now as well, is that a fungus?',
      'How long must I keep an invoice for the tax return?',
      'Which songs can I play on the guitar with these chords?',
    ],
  },
]
