/** What things cost in one region, USD, on demand, Linux. */
export interface PriceTable {
  region: string;
  /** The day on which it was entered, `2026-11-21`: prices change. */
  date: string;
  /** An hour of a machine by its type. */
  machineHour: Record<string, number>;
  /** An hour of a public IPv4 address, which each machine that runs has. */
  addressHour: number;
  /** A gigabyte of disk for a month of 730 hours, machines that are stopped included. */
  diskGigabyteMonth: number;
}
