/** Which of the dialogs over the generator are open. */
export type Open = { picking: boolean; comparing: boolean; making: boolean; boarding: boolean };
export const allClosed = (): Open => ({ picking: false, comparing: false, making: false, boarding: false });
