/** A sample conversation, for which the default embedder branches, stays and routes back. */
export interface Sample {
  readonly title: string
  readonly texts: readonly string[]
}

/** Each has all three decisions, and the first has a child branch. */
export const samples: readonly Sample[] = [
  {
    title: 'A move, and flowers on the balcony',
    texts: [
      'We are moving in March and look for a flat with two bedrooms and a balcony.',
      'Our budget is 1100 euros rent a month.',
      'Which flowers can I plant on the balcony?',
      'How often do I water flowers in a pot?',
      'Do we need a van for the move to the flat?',
      'The flowers in the pot turn brown, do they need more sun?',
      'Is the rent for a flat with two bedrooms too high?',
    ],
  },
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
