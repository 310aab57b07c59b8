import type { Role } from '#api/identity/shapes.ts';

/** One account for each role, whose sign-in the demo prints. The creator is a house creator, so that there is something to see. */
export const STAFF: readonly { role: Role; email: string; display_name: string }[] = [
  { role: 'member', email: 'noor@demo.example', display_name: 'Noor Haddad' },
  { role: 'creator', email: 'mira-solberg@house.invalid', display_name: 'Mira Solberg' },
  { role: 'reviewer', email: 'reviewer@demo.example', display_name: 'Ines Duarte' },
  { role: 'judge', email: 'judge@demo.example', display_name: 'Teo Lindqvist' },
  { role: 'moderator', email: 'moderator@demo.example', display_name: 'Sam Okafor' },
  { role: 'finance', email: 'finance@demo.example', display_name: 'Lena Brandt' },
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

export const PROMPTS = {
  image: [
    'golden silk in soft morning light',
    'calm blue ocean at dawn',
    'emerald marble, intricate',
    'crimson storm, chaotic',
    'purple mountains under stars',
    'red mushroom',
    'blue fish on a light background',
    'green crystal',
    'pastel meadow, dreamy',
    'lava and smoke at night',
    'silver waves, minimal',
    'orange sunset over a quiet lake',
    'neon rainbow, vivid',
    'snowy winter mountains',
    'purple rocket',
  ],
  video: ['slow aurora silk over midnight blue', 'fire and gold, fast', 'calm ocean waves at dawn'],
  music: [
    'calm ambient ocean at night',
    'energetic neon dance party',
    'sad lofi piano rain, chill study',
    'epic heroic mountains with drums',
    'happy musicbox bells in snowy winter',
    'jazzy evening, slow',
  ],
} as const;
