/** Words without a topic. */
export const functionWords: ReadonlySet<string> = new Set(
  `a about above after again against all almost also always am an and another any anybody anyone anything are aren't as ask at away
  back be because been before begin being below between both but by bye came can can't cannot come could couldn't did didn't do does doesn't doing
  don't done down each either else end enough ever every everything explain few find first five for four from further gave get give go goes going gone good
  got great had has hasn't have haven't having he hello help her here hers hey hi him his how however i i'd i'll i'm i've idea if in into is isn't it it's its
  just keep kind know last least less let let's like little look lot made make makes many may maybe me mean might mine more most much must my need
  never new next nice no none not nothing now of off often oh ok okay on once one only or other our ours out over own perhaps please put quite
  rather really recommend right said same say says see seem send several shall she should show since six so some somebody something still such sure
  take tell ten than thank thanks that that's the their them then there there's these they thing things think this those though three through to today
  together tomorrow too topic try two under until up us use used using very want wanted was way we we'd we're well went were what what's when where
  which while who whom whose why will with within without won't work works worth would wouldn't yes yesterday yet you you're your yours`.split(
    /\s+/,
  ),
)
