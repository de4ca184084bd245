/** English words without a topic. */
export const englishFunctionWords: ReadonlySet<string> = new Set(
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

/** German words without a topic; those that are English words with a topic, such as `war`, are left out. */
export const germanFunctionWords: ReadonlySet<string> = new Set(
  `aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus außer bei beide beiden beim bekommt bekommen
  bin bis bist bitte brauche brauchen braucht da dabei dadurch dafür dagegen daher damit danach daneben dann daran darauf daraus darf dürfen
  darin darüber darum darunter das dass dasselbe davon davor dazu dein deine deinem deinen deiner dem den denen denn der deren derselbe des
  deshalb dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach einige einmal
  er erst es etwas euch euer eure finde finden für ganz gar geben gegen gehen geht genau genug gerade gern gerne gibt gleich gut gute guten
  guter gutes habe haben hast hatte hätte hallo hier hilft hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem ins ist
  ja jede jedem jeden jeder jedes jemand jetzt kann kannst kein keine keinem keinen keiner können könnte lang lange lass lassen macht mache
  machen manche mehr mein meine meinem meinen meiner meist mich mir mit möchte mögen muss müssen nach nachdem nämlich neben nein neu neue
  neuen nicht nichts nie noch nun nur ob oben oder oft ohne sehr seid sein seine seinem seinen seiner seit selbst sich sie sind so sobald
  sogar soll sollen sollte sondern sonst soviel sowie statt trotzdem tun tut über um und uns unser unsere unserem unseren unter viel viele
  vielem vielen vielleicht vom von vor während wann wäre waren warum was weder weg wegen weil welche welchem welchen welcher welches wem wen
  wenig weniger wenn wer werde werden werdet weshalb wessen wie wieder wieso wieviel will wir wird wirklich wo wobei wofür woher wohin womit
  woran worauf worin wurde wurden würde ziemlich zu zum zur zwar zwischen`.split(/\s+/),
)
