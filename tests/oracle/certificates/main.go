// Command certificates makes the certificates of requests.json with Go's crypto/x509, from the template that sprig v3.3.0 fills,
// so that ours can be compared byte for byte: RSA and Ed25519 signatures are deterministic.
//
//	go run main.go < requests.json > expected.json
package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"
)

type request struct {
	Key       string   `json:"key"`
	Name      string   `json:"name"`
	IPs       []string `json:"ips"`
	DNS       []string `json:"dns"`
	Days      int      `json:"days"`
	Authority bool     `json:"authority"`
	Serial    string   `json:"serial"`
	Now       int64    `json:"now"`
	// The index of the request whose certificate signs this one; its own by default.
	Signer *int `json:"signer"`
}

func main() {
	var requests []request
	check(json.NewDecoder(os.Stdin).Decode(&requests))
	certificates := make([]string, 0, len(requests))
	for _, r := range requests {
		certificate := template(r)
		parent, signer := certificate, key(r.Key)
		if r.Signer != nil {
			block, _ := pem.Decode([]byte(certificates[*r.Signer]))
			var err error
			parent, err = x509.ParseCertificate(block.Bytes)
			check(err)
			signer = key(requests[*r.Signer].Key)
		}
		der, err := x509.CreateCertificate(rand.Reader, certificate, parent, key(r.Key).Public(), signer)
		check(err)
		certificates = append(certificates, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	check(encoder.Encode(certificates))
}

func template(r request) *x509.Certificate {
	serial, err := hex.DecodeString(r.Serial)
	check(err)
	now := time.Unix(r.Now, 0)
	certificate := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(serial),
		Subject:               pkix.Name{CommonName: r.Name},
		DNSNames:              r.DNS,
		NotBefore:             now,
		NotAfter:              now.Add(time.Hour * 24 * time.Duration(r.Days)),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	for _, ip := range r.IPs {
		certificate.IPAddresses = append(certificate.IPAddresses, net.ParseIP(ip))
	}
	if r.Authority {
		certificate.KeyUsage |= x509.KeyUsageCertSign
		certificate.IsCA = true
	}
	return certificate
}

func key(text string) crypto.Signer {
	block, _ := pem.Decode([]byte(text))
	if parsed, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return parsed
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	check(err)
	return parsed.(crypto.Signer)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
