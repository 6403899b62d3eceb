# Asks mongo until the replica set is there, and looks after it from time to time.
initiate='
  try { rs.status().ok } catch (missing) {
    rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] }).ok
  }'
until mongosh --quiet --host mongo --eval "$initiate"; do
  echo "mongo does not answer yet"
  sleep 2
done
echo "the replica set rs0 is initiated"
while sleep 30; do
  mongosh --quiet --host mongo --eval "$initiate" > /dev/null || echo "mongo does not answer"
done
