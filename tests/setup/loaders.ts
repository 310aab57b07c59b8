import sharp from 'sharp';
import { afterAll } from 'vitest';

// Test files share a process. What the desk takes from sharp in a process of its own is given back after each of them.
afterAll(() => sharp.unblock({ operation: ['VipsForeignLoad'] }));
