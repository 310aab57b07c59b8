import type { DecisionInput, Recommendation, Scores } from '#api/program/review-shapes.ts';
import type { Made } from './networks.ts';

/** What an applicant says of a model; the rest of an application is the same for all of the demo. */
export type About = {
  slug: string;
  title: string;
  made: Made;
  summary: string;
  what_it_does: string;
  features: string[];
  uses: string[];
  sets_apart: string;
  licence: string;
};

type Say = { to_applicant: string; to_panel?: string; recommends: Recommendation; scores: Scores };
type Decided = Pick<DecisionInput, 'outcome' | 'reasons'> & Partial<DecisionInput>;

/** What somebody does about an application, so many days after the first day of the demo. */
export type Step = { day: number } & (
  | { do: 'begin' | 'submit' | 'screen' | 'ask_reviewers' | 'sign_agreement' | 'withdraw' }
  | { do: 'try'; prompt: string }
  | { do: 'write'; change: Partial<About> }
  | { do: 'ask_changes'; asked: string }
  | { do: 'desk_reject'; reasons: string; cool_down_days: DecisionInput['cool_down_days'] }
  | { do: 'review'; say: Say }
  | { do: 'decide'; decision: Decided; propose?: boolean }
  | { do: 'appeal'; grounds: string }
  | { do: 'uphold'; reasons: string }
);

export type Road = {
  by: string;
  about: About;
  /** Where it stands at the end. */ ends: string;
  steps: Step[];
};

/** So many days the roads below go on for; a younger installation lives through them faster. */
export const ROAD_DAYS = 34;

const scores = (
  creativity: number,
  utility: number,
  impact: number,
  quality: number,
  safety = 5,
): Scores => ({
  ...{ creativity, utility, impact, quality, safety },
});
const begun = (day: number): Step[] => [
  { day, do: 'begin' },
  { day: day + 0.1, do: 'submit' },
];
const reviewed = (day: number): Step[] => [
  { day, do: 'screen' },
  { day: day + 0.3, do: 'ask_reviewers' },
];

const praise = (day: number): Step[] => [
  {
    ...{ day, do: 'review' },
    say: {
      recommends: 'accept',
      scores: scores(4, 4, 3, 5),
      to_applicant:
        'Every sample has a temper of its own, and the colours follow the words. The smallest size holds up as well as the usual one. I would use this for covers tomorrow.',
    },
  },
  {
    ...{ day: day + 1, do: 'review' },
    say: {
      recommends: 'accept',
      scores: scores(4, 3, 3, 4),
      to_applicant:
        'A clear idea, carried through. The card promises no more than the bench shows. An example of what it cannot do would help whoever tries it first.',
      to_panel: 'Fast for its class; nothing near it among the published models.',
    },
  },
  {
    ...{ day: day + 1.6, do: 'review' },
    say: {
      recommends: 'accept',
      scores: scores(5, 4, 4, 4),
      to_applicant:
        'This is a manner that I have not seen here. Repeats are exact and the empty prompt makes something calm. Accept.',
    },
  },
];
const doubt = (day: number): Step[] => [
  {
    ...{ day, do: 'review' },
    say: {
      recommends: 'reject',
      scores: scores(2, 2, 2, 3),
      to_applicant:
        'Six prompts make what is nearly the same picture in six tints. A member who pays for a second one would feel cheated. Show what the words change besides the colour.',
    },
  },
  {
    ...{ day: day + 0.8, do: 'review' },
    say: {
      recommends: 'reject',
      scores: scores(2, 3, 2, 3),
      to_applicant:
        'It does one thing cleanly, and the catalogue has that thing. Say whom it is for, and where it does better than what they have.',
      to_panel: 'Reaction covers most of this.',
    },
  },
  {
    ...{ day: day + 1.5, do: 'review' },
    say: {
      recommends: 'waitlist',
      scores: scores(3, 2, 2, 3),
      to_applicant:
        'There is a good model in here. More range, and a card that names its limits, and I would gladly look again.',
    },
  },
];

const about = (
  slug: string,
  title: string,
  made: Made,
  said: Pick<About, 'summary' | 'what_it_does' | 'sets_apart'> & Partial<About>,
): About => ({
  ...{ slug, title, made, licence: 'CC-BY-4.0' },
  features: ['Runs in under a second', 'Same words and seed, same result'],
  uses: ['Covers and headers', 'Quick sketches of a mood'],
  ...said,
});

/** One application for each state that there is. */
export const ROADS: readonly Road[] = [
  {
    by: 'nightline@house.invalid',
    ends: 'lapsed',
    about: about(
      'night-bus',
      'Night bus',
      { figure: 'tone', seed: 3 },
      {
        summary: 'A low hum with lights going by.',
        what_it_does: '# Night bus\n\nA drone of three voices whose pitch follows the words.',
        sets_apart: 'It never comes to a point, on purpose.',
      },
    ),
    steps: [
      ...begun(1),
      { day: 1.4, do: 'screen' },
      {
        ...{ day: 1.6, do: 'ask_changes' },
        asked: 'Please say in the card how long a piece may be, and what becomes of a prompt with two moods.',
      },
    ],
  },
  {
    by: 'aoife@demo.example',
    ends: 'offer_lapsed',
    about: about(
      'bog-cotton',
      'Bog cotton',
      { figure: 'waves', seed: 5 },
      {
        summary: 'Soft white fields with a wind in them.',
        what_it_does: '# Bog cotton\n\nSlow waves in pale colours. Words set the hour and the weather.',
        sets_apart: 'It stays quiet: no word makes it loud.',
      },
    ),
    steps: [
      ...begun(1.2),
      ...reviewed(1.5),
      ...praise(3),
      {
        ...{ day: 5.5, do: 'decide' },
        decision: {
          outcome: 'accepted',
          reasons: 'Three reviewers agree: a calm model that keeps its word. Welcome.',
        },
      },
    ],
  },
  {
    by: 'tomas@demo.example',
    ends: 'upheld',
    about: about(
      'azulejo',
      'Azulejo',
      { figure: 'weave', seed: 7 },
      {
        summary: 'Tiles in blue, and in whatever you say.',
        what_it_does: '# Azulejo\n\nA woven pattern that repeats in both directions.',
        sets_apart: 'It can be printed on a wall.',
      },
    ),
    steps: [
      ...begun(1.3),
      ...reviewed(1.8),
      ...doubt(4),
      {
        ...{ day: 6.2, do: 'decide' },
        decision: {
          outcome: 'rejected',
          reasons: 'The reviewers saw one pattern in many tints. Come back with more range.',
        },
      },
      {
        ...{ day: 8, do: 'appeal' },
        grounds:
          'The reviewers looked at colours. It is the seams that are new: no tile shows where it begins.',
      },
      {
        ...{ day: 11, do: 'uphold' },
        reasons:
          'I laid nine tiles side by side: the seams do hold, and the reviewers had said so. What they missed was range, and the appeal does not speak of it.',
      },
    ],
  },
  {
    by: 'jonas@demo.example',
    ends: 'rejected',
    about: about(
      'static-sea',
      'Static sea',
      { figure: 'waves', seed: 11 },
      {
        summary: 'A sea that does not move.',
        what_it_does: '# Static sea\n\nStripes of water, from shore to horizon.',
        sets_apart: 'One idea only.',
      },
    ),
    steps: [
      ...begun(2),
      ...reviewed(2.6),
      ...doubt(5),
      {
        ...{ day: 7.4, do: 'decide' },
        decision: {
          outcome: 'rejected',
          reasons:
            'Two of three reviewers could not tell its results apart. The idea is sound; the range is not there yet.',
        },
      },
    ],
  },
  {
    by: 'priya@demo.example',
    ends: 'enrolled',
    about: about(
      'rangoli',
      'Rangoli',
      { figure: 'rings', seed: 13 },
      {
        summary: 'Rings of coloured powder, laid by words.',
        what_it_does:
          '# Rangoli\n\nConcentric figures whose rhythm comes from the noise and whose colours come from the prompt.\n\nIt draws no letters, no faces and no things.',
        features: ['Six colours at once', 'Symmetric at every size', 'Runs in under a second'],
        uses: ['Festival cards', 'Loading screens', 'Textures for games'],
        sets_apart: 'The rings breathe: they are never equally far apart, and always balanced.',
      },
    ),
    steps: [
      { day: 2.1, do: 'begin' },
      { day: 2.2, do: 'try', prompt: 'marigold and indigo, a bright morning' },
      { day: 2.3, do: 'submit' },
      ...reviewed(2.8),
      ...praise(4.4),
      {
        ...{ day: 7.7, do: 'decide' },
        decision: {
          outcome: 'accepted',
          reasons: 'A manner of its own, honest about its limits. All three reviewers would publish it.',
        },
      },
      { day: 9, do: 'sign_agreement' },
    ],
  },
  {
    by: 'noor@demo.example',
    ends: 'desk_rejected',
    about: about(
      'powder-rings',
      'Powder rings',
      { figure: 'rings', seed: 13 },
      {
        summary: 'Rings of powder.',
        what_it_does: '# Powder rings\n\nIt makes rings.',
        sets_apart: 'The rings.',
      },
    ),
    steps: [
      ...begun(12),
      { day: 12.5, do: 'screen' },
      {
        ...{ day: 12.8, do: 'desk_reject' },
        cool_down_days: 0,
        reasons:
          'The file is byte for byte that of Rangoli, which Priya Raman published here. If you made it together, ask her to add you to its team; if you build on it, declare it as a parent.',
      },
    ],
  },
  {
    by: 'shizuku@house.invalid',
    ends: 'withdrawn',
    about: about(
      'rain-chain',
      'Rain chain',
      { figure: 'tone', seed: 17 },
      {
        summary: 'Drops that fall in time.',
        what_it_does: '# Rain chain\n\nThree voices that sway around one pitch.',
        sets_apart: 'It was recorded nowhere.',
      },
    ),
    steps: [...begun(13), { day: 13.6, do: 'screen' }, { day: 15, do: 'withdraw' }],
  },
  {
    by: 'petri-aalto@house.invalid',
    ends: 'appealed',
    about: about(
      'birch',
      'Birch',
      { figure: 'weave', seed: 19 },
      {
        summary: 'Bark, close up.',
        what_it_does: '# Birch\n\nA weave of pale bands with dark knots.',
        sets_apart: 'The knots are where the noise is, not where a drawing was.',
      },
    ),
    steps: [
      ...begun(16),
      ...reviewed(16.5),
      ...doubt(18),
      {
        ...{ day: 20.3, do: 'decide' },
        decision: {
          outcome: 'rejected',
          reasons: 'The panel misses range: bark in six tints is still bark.',
          cool_down_days: 30,
        },
      },
      {
        ...{ day: 31.8, do: 'appeal' },
        grounds:
          'The bench asked for teapots and harbours, and the card says that it makes bark. I ask for reviewers who judge it as a texture.',
      },
    ],
  },
  {
    by: 'kai@demo.example',
    ends: 'waitlisted',
    about: about(
      'hale',
      'Hale',
      { figure: 'tone', seed: 23 },
      {
        summary: 'A house full of wind.',
        what_it_does: '# Hale\n\nA chord of fifths that leans into the words.',
        sets_apart: 'It tunes itself to what you say.',
        uses: ['Beds for speech', 'Meditation'],
      },
    ),
    steps: [
      ...begun(14),
      ...reviewed(14.6),
      {
        ...{ day: 16, do: 'review' },
        say: {
          recommends: 'waitlist',
          scores: scores(3, 3, 3, 4),
          to_applicant: 'Pleasant, and close to Drone. I would rather see it once it can change its chord.',
        },
      },
      {
        ...{ day: 16.7, do: 'review' },
        say: {
          recommends: 'accept',
          scores: scores(4, 3, 3, 4),
          to_applicant: 'The lean of the pitch is lovely under a voice. I would publish it.',
        },
      },
      {
        ...{ day: 17.2, do: 'review' },
        say: {
          recommends: 'waitlist',
          scores: scores(3, 3, 2, 4),
          to_applicant: 'Well made. The catalogue has four models for calm; this can wait for its turn.',
        },
      },
      {
        ...{ day: 19, do: 'decide' },
        decision: {
          outcome: 'waitlisted',
          reasons:
            'Good enough, and close to two models that are new here. We look again when their first half year is over.',
        },
      },
    ],
  },
  {
    by: 'elif@demo.example',
    ends: 'in_review',
    about: about(
      'ebru',
      'Ebru',
      { figure: 'waves', seed: 29 },
      {
        summary: 'Marbled paper.',
        what_it_does: '# Ebru\n\nInk on water, combed twice.',
        sets_apart: 'The comb has a direction, and the words choose it.',
      },
    ),
    steps: [
      { day: 21, do: 'begin' },
      { day: 21.2, do: 'try', prompt: 'turquoise ink combed to the left' },
      { day: 21.3, do: 'submit' },
      { day: 22, do: 'screen' },
      {
        ...{ day: 22.4, do: 'ask_changes' },
        asked:
          'A member cannot tell from the card what the comb does. Please say it, and name two uses besides covers.',
      },
      {
        ...{ day: 25, do: 'write' },
        change: {
          summary: 'Marbled paper: ink on water, combed where the words point.',
          what_it_does:
            '# Ebru\n\nInk on water, combed twice.\n\nWords of direction (left, rising, crosswise) turn the comb; all others choose the inks. It draws no things.',
          uses: ['Endpapers', 'Book covers', 'Album art', 'Slides'],
        },
      },
      { day: 25.1, do: 'submit' },
      ...reviewed(31),
      {
        ...{ day: 32, do: 'review' },
        say: {
          recommends: 'accept',
          scores: scores(4, 4, 3, 4),
          to_applicant: 'Since the card says what the comb does, I could make it do what I wanted. Accept.',
          to_panel: 'Compare the two revisions: the model is the same, the card is twice as good.',
        },
      },
    ],
  },
  {
    by: 'tomas@demo.example',
    ends: 'deliberation',
    about: about(
      'guitarra',
      'Guitarra',
      { figure: 'tone', seed: 31 },
      {
        summary: 'A chord that never quite ends.',
        what_it_does: '# Guitarra\n\nThree strings, tuned by the prompt; sad words lower them.',
        sets_apart: 'The sway is slower than a breath.',
      },
    ),
    steps: [
      ...begun(24),
      ...reviewed(24.8),
      {
        ...{ day: 28, do: 'review' },
        say: {
          recommends: 'accept',
          scores: scores(4, 3, 3, 4),
          to_applicant: 'I left it on while I worked, which is the best that I can say of a drone.',
        },
      },
      {
        ...{ day: 30, do: 'review' },
        say: {
          recommends: 'waitlist',
          scores: scores(3, 3, 2, 3),
          to_applicant: 'Fast drums and a baroque dance sound alike. It should say that it has one tempo.',
          to_panel: 'I could be talked into an acceptance with a condition.',
        },
      },
      {
        ...{ day: 31.2, do: 'review' },
        say: {
          recommends: 'accept',
          scores: scores(4, 4, 3, 4),
          to_applicant: 'Modest and well made. The pitch does follow the mood.',
        },
      },
    ],
  },
  {
    by: 'aoife@demo.example',
    ends: 'awaiting_signature',
    about: about(
      'selkie',
      'Selkie',
      { figure: 'rings', seed: 37 },
      {
        summary: 'Rings on grey water.',
        what_it_does: '# Selkie\n\nWhere something went under. The prompt is the weather.',
        sets_apart: 'There is always one ring too many.',
      },
    ),
    steps: [
      ...begun(25),
      ...reviewed(25.6),
      ...praise(27),
      {
        ...{ day: 32.4, do: 'decide', propose: true },
        decision: {
          outcome: 'waitlisted',
          reasons:
            'I agree with the reviewers that it is good. Rangoli is four weeks old and makes rings; we should not set the two against each other yet.',
        },
      },
    ],
  },
  {
    by: 'wen@demo.example',
    ends: 'agreement_pending',
    about: about(
      'ink-wash',
      'Ink wash',
      { figure: 'waves', seed: 41 },
      {
        summary: 'Mountains that are mostly mist.',
        what_it_does:
          '# Ink wash\n\nLayers of grey, one behind the other. A single colour word tints the nearest one.',
        sets_apart: 'It leaves most of the paper alone.',
      },
    ),
    steps: [
      ...begun(22.5),
      ...reviewed(23.2),
      ...praise(26),
      {
        ...{ day: 31.4, do: 'decide' },
        decision: {
          outcome: 'accepted',
          reasons: 'The restraint is the model. Three reviewers, no doubt.',
        },
      },
    ],
  },
  {
    by: 'kai@demo.example',
    ends: 'needs_changes',
    about: about(
      'reef',
      'Reef',
      { figure: 'weave', seed: 43 },
      {
        summary: 'Something that grows.',
        what_it_does: '# Reef\n\nIt grows.',
        sets_apart: 'Come and see.',
      },
    ),
    steps: [
      ...begun(30),
      { day: 30.7, do: 'screen' },
      {
        ...{ day: 31, do: 'ask_changes' },
        asked:
          'The card has two words. Say what it makes of a prompt, what it cannot do, and who would use it.',
      },
    ],
  },
  {
    by: 'priya@demo.example',
    ends: 'screening',
    about: about(
      'kantha',
      'Kantha',
      { figure: 'weave', seed: 47 },
      {
        summary: 'Stitches, thousands of them.',
        what_it_does: '# Kantha\n\nRunning stitches that cross. Words choose the threads.',
        sets_apart: 'Seen from afar it is a cloth, from near it is a hand.',
      },
    ),
    steps: [...begun(32), { day: 33.2, do: 'screen' }],
  },
  {
    by: 'jonas@demo.example',
    ends: 'submitted',
    about: about(
      'ember-field',
      'Ember field',
      { figure: 'rings', seed: 53 },
      {
        summary: 'What a fire leaves, from above.',
        what_it_does:
          '# Ember field\n\nGlowing rings that fade at different speeds. Cold words make ash, warm ones make coal.',
        features: ['Eight settings of heat', 'Runs in under a second'],
        uses: ['Backgrounds', 'Particle textures'],
        sets_apart: 'Where my first one had one idea, this has a range: try ash, then coal, then nothing.',
      },
    ),
    steps: [
      { day: 32.6, do: 'begin' },
      { day: 32.8, do: 'try', prompt: 'white ash over a little red coal' },
      { day: 33.1, do: 'submit' },
    ],
  },
  {
    by: 'noor@demo.example',
    ends: 'draft',
    about: about(
      'qanat',
      'Qanat',
      { figure: 'waves', seed: 59 },
      {
        summary: 'Water under the sand.',
        what_it_does: '# Qanat\n\n',
        sets_apart: 'It is my own this time.',
      },
    ),
    steps: [{ day: 33, do: 'begin' }],
  },
];
