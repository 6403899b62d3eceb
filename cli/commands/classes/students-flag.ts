/** Of all that is done for a class's students. */
export const STUDENTS_FLAG = {
  student: {
    value: 'EMAIL',
    many: true,
    says: 'Only this student; several with commas, or the flag again. All if left out',
  },
} as const;

/** @returns undefined for all. */
export function studentsOf({ student }: { student: string[] }): string[] | undefined {
  const named = student
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return named.length === 0 ? undefined : [...new Set(named)];
}
