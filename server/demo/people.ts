import type { Role } from '#api/identity/shapes.ts';

/** An account for each role, as many as a review takes, and all house creators: the demo prints their sign-ins. */
export const STAFF: readonly { role: Role; email: string; display_name: string }[] = [
  { role: 'member', email: 'noor@demo.example', display_name: 'Noor Haddad' },
  { role: 'creator', email: 'mira-solberg@house.invalid', display_name: 'Mira Solberg' },
  { role: 'creator', email: 'studio-oduya@house.invalid', display_name: 'Studio Oduya' },
  { role: 'creator', email: 'atelier-rosace@house.invalid', display_name: 'Atelier Rosace' },
  { role: 'creator', email: 'petri-aalto@house.invalid', display_name: 'Petri Aalto' },
  { role: 'creator', email: 'tonfall@house.invalid', display_name: 'Tonfall' },
  { role: 'creator', email: 'nightline@house.invalid', display_name: 'Nightline' },
  { role: 'creator', email: 'shizuku@house.invalid', display_name: 'Shizuku' },
  { role: 'coordinator', email: 'coordinator@demo.example', display_name: 'Cora Villanueva' },
  { role: 'reviewer', email: 'reviewer@demo.example', display_name: 'Ines Duarte' },
  { role: 'reviewer', email: 'reviewer-2@demo.example', display_name: 'Hugo Marchetti' },
  { role: 'reviewer', email: 'reviewer-3@demo.example', display_name: 'Yuki Tanabe' },
  { role: 'reviewer', email: 'reviewer-4@demo.example', display_name: 'Amara Nwosu' },
  { role: 'reviewer', email: 'reviewer-5@demo.example', display_name: 'Lars Ekholm' },
  { role: 'chair', email: 'chair@demo.example', display_name: 'Idris Bellamy' },
  { role: 'chair', email: 'chair-2@demo.example', display_name: 'Hanne Sorensen' },
  { role: 'judge', email: 'judge@demo.example', display_name: 'Teo Lindqvist' },
  { role: 'editor', email: 'editor@demo.example', display_name: 'Salma Iversen' },
  { role: 'editor', email: 'editor-2@demo.example', display_name: 'Bruno Castellani' },
  { role: 'moderator', email: 'moderator@demo.example', display_name: 'Sam Okafor' },
  { role: 'finance', email: 'finance@demo.example', display_name: 'Lena Brandt' },
  { role: 'finance', email: 'finance-2@demo.example', display_name: 'Rui Carvalho' },
  { role: 'admin', email: 'admin@demo.example', display_name: 'Ada Nakamura' },
];

/** The community: how keen each is to generate, and what they like. */
export const MEMBERS = [
  { email: 'noor@demo.example', display_name: 'Noor Haddad', keen: 5, likes: ['image', 'video', 'music'] },
  { email: 'jonas@demo.example', display_name: 'Jonas Weber', keen: 4, likes: ['image'] },
  { email: 'priya@demo.example', display_name: 'Priya Raman', keen: 4, likes: ['image', 'music'] },
  { email: 'kai@demo.example', display_name: 'Kai Nakoa', keen: 3, likes: ['music'] },
  { email: 'elif@demo.example', display_name: 'Elif Aydin', keen: 3, likes: ['image', 'video'] },
  { email: 'tomas@demo.example', display_name: 'Tomás Rivera', keen: 2, likes: ['image'] },
  { email: 'aoife@demo.example', display_name: 'Aoife Byrne', keen: 2, likes: ['image', 'music'] },
  { email: 'wen@demo.example', display_name: 'Wen Li', keen: 1, likes: ['video'] },
] as const;

/** Who votes in competitions, and enters none of what is voted on. */
export const VOTERS = [
  { email: 'adaeze@demo.example', display_name: 'Adaeze Obi' },
  { email: 'bram@demo.example', display_name: 'Bram de Wit' },
  { email: 'chiara@demo.example', display_name: 'Chiara Conti' },
  { email: 'dmitri@demo.example', display_name: 'Dmitri Volkov' },
  { email: 'esra@demo.example', display_name: 'Esra Kaya' },
  { email: 'finn@demo.example', display_name: 'Finn Larsen' },
  { email: 'gloria@demo.example', display_name: 'Gloria Mensah' },
  { email: 'haruto@demo.example', display_name: 'Haruto Mori' },
  { email: 'imke@demo.example', display_name: 'Imke Janssen' },
  { email: 'joao@demo.example', display_name: 'João Pires' },
  { email: 'katya@demo.example', display_name: 'Katya Marek' },
  { email: 'lucia@demo.example', display_name: 'Lucía Ortega' },
] as const;

/** Who ranks the finalists, beside the judge who can sign in. */
export const JUDGES = [
  { email: 'judge-2@demo.example', display_name: 'Marguerite Roux' },
  { email: 'judge-3@demo.example', display_name: 'Olu Adeyemi' },
  { email: 'judge-4@demo.example', display_name: 'Setsuko Arai' },
  { email: 'judge-5@demo.example', display_name: 'Pavel Novak' },
  { email: 'judge-6@demo.example', display_name: 'Ingrid Dahl' },
  { email: 'judge-7@demo.example', display_name: 'Rafael Teixeira' },
] as const;

/** What people ask of each model. */
export const PROMPTS: Readonly<Record<string, readonly string[]>> = {
  drift: [
    'golden silk in soft morning light',
    'calm blue ocean at dawn',
    'emerald marble, intricate',
    'crimson storm, chaotic',
    'neon rainbow, vivid',
    'silver waves, minimal',
  ],
  horizon: [
    'purple mountains under stars',
    'orange sunset over a quiet lake',
    'snowy winter mountains',
    'pastel meadow, dreamy',
    'lava and smoke at night',
  ],
  spritelet: [
    'red mushroom',
    'blue fish on a light background',
    'green crystal',
    'purple rocket',
    'orange cat',
    'pink cake',
  ],
  mandala: [
    'golden lotus on deep blue',
    'icy snowflake',
    'rainbow clockwork, twelve petals',
    'silver eightfold star',
  ],
  reaction: ['pink coral on dark blue', 'golden leopard spots', 'emerald maze', 'many white bubbles on red'],
  vitrail: [
    'rose window, ruby and blue',
    'teal and orange ocean',
    'golden hills at sunset',
    'violet night with stars',
  ],
  'drift-motion': ['slow aurora silk over midnight blue', 'fire and gold, fast', 'calm ocean waves at dawn'],
  'horizon-timelapse': ['lake at sunset', 'snowy mountains at noon', 'violet night over the hills'],
  'mandala-turn': ['blue lotus, slow', 'golden clockwork, fast', 'rainbow snowflake'],
  morphogenesis: ['crimson maze', 'golden coral on dark blue', 'pastel foam, many bubbles'],
  'sprite-morph': ['purple cat to green ghost', 'blue rocket, yellow star', 'house into robot then cake'],
  chamber: [
    'hopeful piano at dawn, gentle',
    'sad lofi piano rain, chill study',
    'epic heroic mountains with drums',
    'jazzy evening, slow',
  ],
  'neon-pulse': [
    'fast neon night drive, epic',
    'synthwave sunset, nostalgic',
    'happy summer dance party',
    'dark cyber city, tense',
  ],
  'still-garden': [
    'koto in the moonlight, lonely',
    'happy musicbox in falling snow',
    'calm garden after the rain',
    'spring meadow, playful bells',
  ],
  drone: [
    'deep space, calm and dark',
    'hopeful dawn over the ocean',
    'eerie cave, haunting',
    'aurora over snow, dreamy',
  ],
};
/** and of a model that this list does not know */
export const ANY_PROMPTS = [
  'calm blue night',
  'golden morning, hopeful',
  'fast neon storm',
  'green forest, dreamy',
] as const;

/** Films are made small here: a demo should not take an hour. By model, else by modality. */
export const SMALL: Readonly<Record<string, Record<string, unknown>>> = {
  video: { width: 256, height: 256, duration_s: 2 },
  morphogenesis: { width: 256, height: 256, duration_s: 2, cells: 96 },
  'sprite-morph': { duration_s: 2, steps: 8 },
};
