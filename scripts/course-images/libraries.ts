/** What busybox and with it every shell script of ours needs. */
export const shellPackages = ['busybox', 'libc6', 'libgcc-s1'];

/** What libpq needs, which every program that asks postgres brings along: TLS, LDAP and Kerberos. */
export const postgresLibraries = [
  ...['libpq5', 'libssl3', 'libldap-2.5-0', 'libsasl2-2', 'libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3'],
  ...[
    'libkrb5support0',
    'libcom-err2',
    'libkeyutils1',
    'libgnutls30',
    'libhogweed6',
    'libnettle8',
    'libgmp10',
  ],
  ...['libidn2-0', 'libunistring2', 'libtasn1-6', 'libp11-kit0', 'libffi8', 'liblz4-1', 'libzstd1', 'zlib1g'],
];

export const systemdLibraries = [
  ...['libsystemd0', 'libcap2', 'libgcrypt20', 'libgpg-error0', 'liblzma5', 'liblz4-1', 'libzstd1'],
];
