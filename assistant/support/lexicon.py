"""Words whose exchange turns a statement around, by what they do. General English; nothing here knows a subject."""

from __future__ import annotations

from functools import lru_cache

from assistant.wording import stem

NEGATIONS = frozenset(
    "not no never none nobody nothing nowhere neither nor cannot without except hardly barely seldom rarely "
    "isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't wouldn't shouldn't mustn't haven't hasn't "
    "hadn't needn't shan't ain't non".split()
)

DENYING = frozenset(
    stem(word)
    for word in "fail failed fails failure lack lacks lacked lacking absent absence refuse refused refuses deny "
    "denied denies denying reject rejected rejects prohibit prohibited prohibits forbid forbidden forbids ban "
    "banned bans prevent prevented prevents exclude excluded excludes excluding unable impossible avoid avoided "
    "avoids neglect stop stops stopped cease ceased bar barred bars unless inability cancel canceled cancelled false "
    "untrue myth".split()
)
"""Words that deny without "not". With a "not" they cancel out, and beside a word they deny it."""

EXCLUDING = frozenset(
    stem(word)
    for word in "excluded exclude excludes prohibited prohibits forbidden forbids banned refused refuses rejected "
    "rejects denied denies lacks lacking unable impossible exempt ineligible unavailable withheld declined "
    "unnecessary closed".split()
)
"""Of these one in a claim has to have a denial in its source, in whatever words."""

REMOTE_DENIALS = DENYING | frozenset(
    stem(word)
    for word in "short miss misses missed missing skip skips only limit limited limits confine empty alone few little "
    "opposite end ends ended expire expired leave left out differ differs different rather against objection "
    "contrary other otherwise incorrect wrong instead unlikely despite decline declined dispute disputed free "
    "devoid zero".split()
)
"""Words that may say elsewhere in a sentence what "not" says in another one. They excuse a denial that has no
counterpart, and object to nothing."""

_OPPOSITES = """
increase/increases/increased/increasing/rise/rises/rose/risen/rising/grow/grew/grown/growth/growing/raise/raised/
    raises/gain/gains/higher/upward/expand/expanded/expands/expansion/climbed/soared/surge/surged/upregulated/
    upregulates/upregulation/enhance/enhances/enhanced/enhancing/elevated/elevates - decrease/decreases/decreased/
    decreasing/fall/falls/fell/fallen/falling/decline/declined/declines/declining/reduce/reduced/reduces/reducing/
    reduction/drop/dropped/drops/lower/lowers/lowered/lowering/diminish/diminished/diminishes/shrink/shrank/
    shrinking/downward/downregulated/downregulates/downregulation/attenuate/attenuates/attenuated/impair/impairs/
    impaired/lessen/lessens/lessened
high/highest/higher - low/lowest/lower
more/most/greater/greatest/majority - less/least/fewer/fewest/smaller/minority
large/larger/largest/big/bigger/biggest - small/smaller/smallest
long/longer/longest - short/shorter/shortest
early/earlier/earliest - late/later/latest
before/prior/preceding/precedes/preceded - after/following/subsequent/follows/followed
first/initial - last/final
begin/begins/began/begun/beginning/start/starts/started/starting/launch/launched/opening/opens/opened - end/ends/
    ended/ending/finish/finished/stop/stops/stopped/stopping/cease/ceased/closing/closes/closed/conclude/concluded
win/wins/won/winning/winner/victory/beat/defeated - lose/loses/lost/losing/loser/defeat
success/successful/successfully/succeed/succeeded/succeeds - failure/unsuccessful/unsuccessfully/fail/failed/fails
accept/accepts/accepted/approve/approved/approves/approval/agree/agreed/agrees - reject/rejects/rejected/refuse/
    refused/refuses/deny/denied/denies/denial/disagree/disagreed/disapprove/disapproved
allow/allows/allowed/permit/permits/permitted/enable/enables/enabled - forbid/forbids/forbidden/prohibit/prohibits/
    prohibited/ban/bans/banned/prevent/prevents/prevented/disallow/disallowed
include/includes/included/including/inclusive - exclude/excludes/excluded/excluding/omit/omits/omitted
support/supports/supported/supporter/favor/favored/favors/favour/favoured - oppose/opposes/opposed/opposition/
    opponent
positive/positively - negative/negatively
good/better/best - bad/worse/worst/poor
improve/improves/improved/improving/improvement - worsen/worsens/worsened/worsening/deteriorate/deteriorated/
    deteriorates
promote/promotes/promoted/promoting/stimulate/stimulates/stimulated/activate/activates/activated/activation/induce/
    induces/induced/encourage/encourages/encouraged - inhibit/inhibits/inhibited/inhibition/suppress/suppresses/
    suppressed/suppression/block/blocks/blocked/discourage/discourages/discouraged/prevent/prevents/prevented/
    deactivate/deactivated/inactivate/inactivated
strengthen/strengthens/strengthened/strong/stronger - weaken/weakens/weakened/weak/weaker
add/adds/added/adding - remove/removes/removed/removing/removal
buy/buys/bought/purchase/purchased - sell/sells/sold
import/imports/imported - export/exports/exported
give/gives/gave/given/provide/provides/provided - withhold/withholds/withheld/withdraw/withdrawn/withdrew
enter/enters/entered/join/joins/joined/arrive/arrived/arrives - leave/leaves/left/exit/exited/depart/departed/quit
male/man/men/boy/boys - female/woman/women/girl/girls
father/son/brother/husband/king - mother/daughter/sister/wife/queen
he/his/him/himself - she/her/hers/herself
young/younger/youngest - old/older/oldest/elder/eldest
public/publicly - private/privately
rural - urban
internal/internally/inside - external/externally/outside
upper - lower
maximum/maximal/maximize - minimum/minimal/minimize
annual/annually/yearly/year - monthly/month/weekly/week/daily/day/quarterly/biennial/hourly
monthly/month - weekly/week/daily/day/quarterly/hourly
weekly/week - daily/day/quarterly/hourly
daily/day - quarterly/hourly
always - never/sometimes/rarely/seldom/occasionally
often/frequently/usually/commonly - rarely/seldom/never
often/frequent/frequently - infrequent/infrequently
all/every/everyone/everybody/each - some/few/none/several
mandatory/compulsory/required/obligatory - optional/voluntary/discretionary
alive/living/live/survive/survived/survives - dead/died/die/dies/killed
legal/legally/lawful - illegal/illegally/unlawful
true - false
same/identical/equal - different/unequal/distinct/differ/differs/differed/differing
together/jointly - separately/alone/individually
active - inactive/passive
present/presence - absent/absence
open - closed
full - empty
rich/wealthy - poor
hot/warm/warmer - cold/cool/cooler
easy/easily/easier/simple - difficult/hard/complex
safe/safely - unsafe/dangerous
likely - unlikely
able - unable
common - rare/uncommon
known - unknown
complete/completed - incomplete/unfinished
direct/directly - indirect/indirectly
formal/formally - informal/informally
regular/regularly - irregular/irregularly
temporary/temporarily - permanent/permanently
domestic - foreign/international
local/locally - national/nationally/global/international/federal/statewide
national/federal - state
primary - secondary
elementary - secondary/middle
guilty/convicted - innocent/acquitted
majority - minority
appear/appears/appeared - disappear/disappears/disappeared
connect/connected - disconnect/disconnected
employ/employed/hire/hired/hires - unemployed/fire/fired/dismiss/dismissed/dismisses
create/creates/created/build/built/builds/establish/established/establishes - destroy/destroyed/destroys/abolish/
    abolished/abolishes/dissolve/dissolved/demolished/eliminate/eliminated/eliminates
protect/protects/protected - harm/harms/harmed/endanger/endangers/attack/attacked/expose/exposed
benefit/beneficial/benefits/helps/help/helpful - harmful/harm/hinder/hinders/hindered/detrimental
sufficient/adequate - insufficient/inadequate
necessary/needed/essential - unnecessary/unneeded
sensitive/sensitivity - resistant/resistance/insensitive
acute - chronic
love/loves/loved/like/liked - hate/hates/hated/dislike/disliked
praise/praised/acclaimed - criticize/criticized/criticised/panned
profit/profits/profitable - loss/losses/unprofitable
surplus - deficit
debit - credit
single/unmarried - married
north/northern - south/southern/east/eastern/west/western
south/southern - east/eastern/west/western
east/eastern - west/western
left - right
monday - tuesday/wednesday/thursday/friday/saturday/sunday
tuesday - wednesday/thursday/friday/saturday/sunday
wednesday - thursday/friday/saturday/sunday
thursday - friday/saturday/sunday
friday - saturday/sunday
saturday - sunday
spring - summer/fall/autumn/winter
summer - fall/autumn/winter
autumn - winter
morning - afternoon/evening/night
day - night
red - blue/green/yellow/black/white
blue - green/yellow/black/white
green - yellow/black/white
black - white
gold - silver/bronze
silver - bronze
"""
# "fall" the season and "fall" the movement, "left" and "leave": where the word itself stands in the source, too,
# nothing is objected to, so a second meaning costs little.


_SPANISH = (
    "titulo=title distrito=district escuela=school escuelas=school escolar=school consejo=council comite=committee "
    "ley=law,act codigo=code junta=board estado=state estatal=state educacion=education educativo=education "
    "padres=parent familia=family familias=family programa=program marco=framework seccion=section capitulo=chapter "
    "meta=goal metas=goal objetivo=goal,objective equipo=team superintendente=superintendent "
    "director=principal,director directora=principal,director maestro=teacher maestra=teacher estudiante=student "
    "estudiantes=student departamento=department oficina=office centro=center universidad=university "
    "nacional=national unificado=unified primaria=elementary,primary secundaria=middle,secondary,high "
    "preparatoria=high ingles=english espanol=spanish participacion=involvement,engagement,participation "
    "acuerdo=compact,agreement compacto=compact politica=policy red=network asociacion=association "
    "evaluacion=evaluation,assessment area=area tipo=type parte=part nivel=level plan=plan fondos=fund fondo=fund "
    "unidos=united estados=state eeuu=us responsabilidad=accountability control=control asociaciones=partnership "
    "alianzas=partnership sitio=site exito=success todos=every,all cada=every logro=achievement estudiantil=student "
    "aprendices=learner alumnos=student,pupil publica=public lunes=monday martes=tuesday miercoles=wednesday "
    "jueves=thursday viernes=friday sabado=saturday domingo=sunday"
)
IN_ENGLISH = {
    spanish: frozenset(stem(word) for word in english.split(","))
    for spanish, english in (pair.split("=") for pair in _SPANISH.split())
}
"""Stems of the English words that a Spanish word in the name of an institution stands for; without accents. A Spanish
answer writes such names in Spanish, while names of people and places stay as they are."""


def _opposed_lines() -> list[str]:
    """Return the lines of the table, an indented one joined to the one before."""
    return _OPPOSITES.replace("\n    ", "").strip().splitlines()


@lru_cache(maxsize=1)
def opposites() -> dict[str, frozenset[str]]:
    """Return for each stem the stems that say the opposite, or another of the same kind ("Monday": the other days)."""
    found: dict[str, set[str]] = {}
    for line in _opposed_lines():
        one, other = ({stem(word) for word in side.split("/")} for side in line.split(" - "))
        for side, against in ((one, other), (other, one)):
            for word in side:
                found.setdefault(word, set()).update(against - side)
    return {word: frozenset(against) for word, against in found.items()}


@lru_cache(maxsize=1)
def alike() -> dict[str, frozenset[str]]:
    """Return for each stem those that stand on the same side of an opposition: "grew" for "increased"."""
    found: dict[str, set[str]] = {}
    for line in _opposed_lines():
        for side in line.split(" - "):
            stems = {stem(word) for word in side.split("/")}
            for word in stems:
                found.setdefault(word, set()).update(stems)
    return {word: frozenset(same) for word, same in found.items()}
